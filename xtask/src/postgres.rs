//! A throw-away PostgreSQL server for the tests: own folder, free port on loopback, random password.
//!
//! The server refuses to run as root, so root hands it to an unprivileged account. A keeper (a small shell) owns the
//! server and waits on a pipe from this process: when this process ends in whatever way, also by Ctrl-C or a crash,
//! the pipe closes, and the keeper stops the server and deletes its folder.

use crate::{Outcome, tools};
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take, recovery of a slow disk included.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The keeper's script: run the server (`$2…`) until standard input closes, then stop it and delete `$1`.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server"
wait "$server"
rm -rf "$folder"
"#;

/// A running server; dropping it stops the server and deletes its data.
pub struct Server {
    url: String,
    keeper: Child,
}

impl Server {
    /// Installs PostgreSQL when it is missing, makes a cluster and starts it.
    pub fn start() -> Outcome<Self> {
        let programs = programs()?;
        let owner = Owner::choose()?;
        let folder = std::env::temp_dir().join(format!("perpetua-postgres-{}", std::process::id()));
        let password = random_word()?;
        initialize(&programs, &owner, &folder, &password)?;
        let port = free_port()?;
        let keeper = launch(&programs, &owner, &folder, port)?;
        let server = Self { url: format!("postgres://perpetua:{password}@127.0.0.1:{port}/postgres"), keeper };
        wait_until_ready(&programs, &folder, port)?;
        println!("PostgreSQL is ready on port {port}, data in {}", folder.display());
        Ok(server)
    }

    /// The administrator's URL; the tests make their own databases with it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the PostgreSQL server may still run: {error}");
        }
    }
}

/// The account that runs the server: ours, or an unprivileged one when we are root.
struct Owner {
    ids: Option<(String, String)>,
}

impl Owner {
    fn choose() -> Outcome<Self> {
        if !tools::is_root() {
            return Ok(Self { ids: None });
        }
        for name in ["postgres", "nobody"] {
            let id = |flag: &str| tools::output(tools::command("id").args([flag, name]));
            if let (Ok(user), Ok(group)) = (id("-u"), id("-g")) {
                return Ok(Self { ids: Some((user.trim().to_owned(), group.trim().to_owned())) });
            }
        }
        Err("PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`".to_owned())
    }

    fn command(&self, program: &Path) -> Command {
        let Some((user, group)) = &self.ids else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", group, "--clear-groups", "--"]).arg(program);
        command
    }

    fn take(&self, folder: &Path) -> Outcome {
        let Some((user, group)) = &self.ids else { return Ok(()) };
        tools::output(tools::command("chown").arg("-R").arg(format!("{user}:{group}")).arg(folder)).map(drop)
    }
}

/// The folder that holds `postgres` and `initdb`, after installing them when they are nowhere.
fn programs() -> Outcome<PathBuf> {
    if let Some(folder) = installed() {
        return Ok(folder);
    }
    tools::apt_install(&["postgresql"])?;
    installed().ok_or_else(|| "PostgreSQL was installed but its programs were not found".to_owned())
}

fn installed() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| ["postgres", "initdb"].iter().all(|name| folder.join(name).is_file());
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).filter(complete).collect();
    debian.sort();
    debian.pop().or_else(|| tools::find(&["initdb"])?.parent().map(Path::to_path_buf).filter(complete))
}

fn initialize(programs: &Path, owner: &Owner, folder: &Path, password: &str) -> Outcome {
    let failed = |error: std::io::Error| format!("cannot prepare {}: {error}", folder.display());
    std::fs::create_dir(folder).map_err(failed)?;
    let secret = folder.join("password");
    std::fs::write(&secret, password).map_err(failed)?;
    tools::output(tools::command("chmod").arg("700").arg(folder))?;
    owner.take(folder)?;
    let mut initdb = owner.command(&programs.join("initdb"));
    initdb.args(["--username=perpetua", "--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    initdb.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(&secret).current_dir(folder);
    tools::output(&mut initdb).map(drop)
}

/// Starts the keeper, and by it the server. Durability is off: this data never outlives the run.
fn launch(programs: &Path, owner: &Owner, folder: &Path, port: u16) -> Outcome<Child> {
    let mut server = owner.command(&programs.join("postgres"));
    server.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", &port.to_string()]);
    let settings = ["listen_addresses=127.0.0.1", "max_connections=200", "fsync=off", "synchronous_commit=off"];
    for setting in settings.iter().chain(&["full_page_writes=off", "shared_buffers=256MB"]) {
        server.args(["-c", setting]);
    }
    let mut keeper = Command::new("sh");
    keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(server.get_program()).args(server.get_args());
    keeper.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    keeper.spawn().map_err(|error| format!("PostgreSQL did not start: {error}"))
}

fn wait_until_ready(programs: &Path, folder: &Path, port: u16) -> Outcome {
    let started = Instant::now();
    while started.elapsed() < START_LIMIT {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() && answers(programs, folder, port) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    Err(format!("PostgreSQL did not answer within {START_LIMIT:?}:\n{log}"))
}

/// A server that has no `pg_isready` beside it is taken as ready as soon as its port is open.
fn answers(programs: &Path, folder: &Path, port: u16) -> bool {
    let ready = programs.join("pg_isready");
    !ready.is_file()
        || tools::succeeds(Command::new(ready).arg("-h").arg(folder).args(["-p", &port.to_string(), "--quiet"]))
}

/// A port of this machine that nobody has now.
pub fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}

fn random_word() -> Outcome<String> {
    let mut bytes = [0_u8; 16];
    let source = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    source.map_err(|error| format!("no random bytes: {error}"))?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}
