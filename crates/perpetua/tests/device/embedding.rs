//! The sample product of the publisher's guide, in C and in Python, through the C interface and the real installation.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use perpetua_device_ffi as _;

use crate::common::Demo;
use crate::seller::Seller;

/// The newest build of the library beside this test program.
fn library(extension: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap();
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libperpetua_device_ffi") && name.ends_with(extension)
    };
    let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_ours);
    let newest = found.max_by_key(|path| path.metadata().and_then(|data| data.modified()).unwrap());
    newest.unwrap_or_else(|| panic!("no library {extension} in {}", folder.display()))
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compiles the sample with every warning an error.
fn compiled(folder: &Path) -> PathBuf {
    let program = folder.join("counter");
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o"]).arg(&program);
    compiler.arg("-I").arg(repository().join("crates/device-ffi/include"));
    compiler.arg(repository().join("examples/c/counter.c")).arg(library(".a")).args(["-lpthread", "-ldl", "-lm"]);
    let output = compiler.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// A sample product in some language, as it was installed.
struct Installed<'a> {
    program: Vec<PathBuf>,
    folder: &'a Path,
}

impl Installed<'_> {
    /// Exit code and what was said.
    fn run(&self, arguments: &[&str], input: &str) -> (i32, String) {
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]).arg(self.folder.join("software.json")).arg(self.folder.join("state"));
        for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        let command = command.args(arguments).current_dir(self.folder);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // A program that does not read its input may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    fn settle(&self, settings: &str) {
        std::fs::create_dir_all(self.folder).unwrap();
        std::fs::write(self.folder.join("software.json"), settings).unwrap();
    }
}

const COUNTED: &str = "1 2 3 4 5 6 7 8 9 10\n";

/// From first call to giving back.
fn journey(product: &Installed<'_>, key: &str) {
    assert_eq!(product.run(&[], ""), (13, "This machine is not activated.\n".to_owned()));
    let (code, said) = product.run(&["activate", "press 4"], "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE");
    assert_eq!(code, 3, "{said}");
    assert_eq!(product.run(&["activate", "press 4"], key), (0, "This machine is activated.\n".to_owned()));
    assert_eq!(product.run(&[], ""), (0, COUNTED.to_owned()));
    assert_eq!(product.run(&["refresh"], "").0, 0);
    assert_eq!(product.run(&["return"], "").0, 0);
    assert_eq!(product.run(&[], "").0, 13);
}

#[test]
fn the_sample_product_is_compiled_activated_and_stopped_from_c_and_python() {
    let folder = tempfile::tempdir().unwrap();
    let seller = Seller::of(Demo::start(&folder.path().join("demo")));
    let purchase = seller.buy(2);
    let settings = seller.software(&purchase.product).to_json().to_string();
    let in_c = folder.path().join("c");
    let in_c = Installed { program: vec![compiled(folder.path())], folder: &in_c };
    in_c.settle(&settings);
    journey(&in_c, &purchase.key);
    let shared = library(if cfg!(target_os = "macos") { ".dylib" } else { ".so" });
    let script = repository().join("examples/python/counter.py");
    let in_python = folder.path().join("python");
    let in_python = Installed { program: vec!["python3".into(), script, shared], folder: &in_python };
    in_python.settle(&settings);
    journey(&in_python, &purchase.key);

    // By file, then cancelled: the next question stops it.
    assert_eq!(in_c.run(&["request", "press.request"], &purchase.key).0, 0);
    assert_eq!(in_c.run(&["import", "press.request"], "").0, 5);
    let request = std::fs::read(in_c.folder.join("press.request")).unwrap();
    let answer = seller.exchange(&request);
    std::fs::write(in_c.folder.join("press.response"), answer).unwrap();
    assert_eq!(in_c.run(&["import", "press.response"], "").0, 0);
    assert_eq!(in_c.run(&[], ""), (0, COUNTED.to_owned()));
    seller.cancel(&purchase);
    assert_eq!(in_c.run(&["refresh"], "").0, 3);
    let (code, said) = in_c.run(&[], "");
    assert_eq!(code, 12);
    assert!(said.starts_with("The license was revoked."), "{said}");
    seller.demo.stop();
}
