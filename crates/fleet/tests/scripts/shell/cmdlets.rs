//! The cmdlets that the scripts use, without those of the licensing service.

use super::call::{Argument, Bound, Given};
use super::run::{Flow, Outcome, Shell};
use super::value::{Fields, Object, Value};

impl Shell {
    pub fn cmdlet(&mut self, name: &str, given: Given, input: Option<Vec<Value>>) -> Outcome<Vec<Value>> {
        if let Some(input) = input {
            return self.stage(name, given, input);
        }
        let bind = |shell: &Self, positions, others, switches| shell.bind(&given, positions, others, switches);
        match name {
            "Split-Path" => {
                let path = bind(self, &["Path"], &[], &["Parent"]).text("Path");
                Ok(vec![path.rsplit_once('\\').map_or("", |(parent, _)| parent).into()])
            }
            "Join-Path" => {
                let bound = bind(self, &["Path", "ChildPath"], &[], &[]);
                if bound.text("Path").is_empty() {
                    self.refuse("Join-Path takes no empty path");
                }
                Ok(vec![format!("{}\\{}", bound.text("Path"), bound.text("ChildPath")).into()])
            }
            "Get-Location" => Ok(vec![LOCATION.into()]),
            "Test-Path" => {
                let path = bind(self, &["Path"], &[], &[]).text("Path");
                Ok(vec![Value::Bool(self.machine.borrow().exists(&at_location(&path)))])
            }
            "New-Item" => {
                let bound = bind(self, &["Path"], &["ItemType"], &["Force"]);
                self.machine.borrow_mut().make_folder(&at_location(&bound.text("Path")));
                Ok(vec![Object::value("DirectoryInfo", vec![])])
            }
            "Remove-Item" => self.remove_item(&bind(self, &["Path"], &[], &["Force"])),
            "Add-Content" => {
                let bound = bind(self, &["Path", "Value"], &[], &[]);
                let line = bound.text("Value") + "\r\n";
                self.machine.borrow_mut().append(&at_location(&bound.text("Path")), &line);
                Ok(Vec::new())
            }
            "Get-ChildItem" => Ok(self.find_files(&bind(self, &["Path", "Filter"], &[], &["Recurse"]))),
            "Import-Csv" => self.import(&bind(self, &["Path"], &[], &[]).text("Path")),
            "New-Object" => self.new_object(&bind(self, &["TypeName", "ArgumentList"], &["Property"], &[])),
            "Write-Output" => Ok(bind(self, &["InputObject"], &[], &[]).get("InputObject").into_iter().collect()),
            "Start-Sleep" => {
                let seconds = bind(self, &["Seconds"], &[], &[]).get("Seconds").unwrap().int();
                self.machine.borrow_mut().slept.push(seconds);
                Ok(Vec::new())
            }
            "Get-Random" => {
                let bound = bind(self, &[], &["Minimum", "Maximum"], &[]);
                Ok(vec![Value::Int(bound.get("Maximum").unwrap().int() - 1)])
            }
            "Read-Host" => {
                let bound = bind(self, &["Prompt"], &[], &["AsSecureString"]);
                if !bound.has("AsSecureString") {
                    self.refuse("a key is typed as a secure string only");
                }
                let prompt = bound.text("Prompt");
                let typed = self.machine.borrow().typed.get(&prompt).cloned();
                let typed = typed.unwrap_or_else(|| self.refuse(&format!("nobody expects the prompt {prompt}")));
                Ok(vec![Object::value("SecureString", vec![("Text", typed.into())])])
            }
            "Invoke-Command" => self.invoke_command(&bind(
                self,
                &["ComputerName", "ScriptBlock"],
                &["ArgumentList", "ThrottleLimit"],
                &[],
            )),
            _ => self.licensing_cmdlet(name, given),
        }
    }

    /// Cmdlets behind a bar.
    fn stage(&mut self, name: &str, given: Given, input: Vec<Value>) -> Outcome<Vec<Value>> {
        let bind = |shell: &Self, positions, others, switches| shell.bind(&given, positions, others, switches);
        let mut out = Vec::new();
        match name {
            "Where-Object" => {
                let block = self.block_of(bind(self, &["FilterScript"], &[], &[]).get("FilterScript"));
                for item in input {
                    let mut answer = Vec::new();
                    self.call_for(block, item.clone(), &mut answer)?;
                    if Value::collapse(answer).truth() {
                        out.push(item);
                    }
                }
            }
            "ForEach-Object" => {
                let block = self.block_of(bind(self, &["Process"], &[], &[]).get("Process"));
                for item in input {
                    self.call_for(block, item, &mut out)?;
                }
            }
            "Select-Object" => out = Self::select(&bind(self, &["Property"], &["First"], &[]), input),
            "Sort-Object" => {
                if !bind(self, &[], &[], &["Unique"]).has("Unique") {
                    self.refuse("Sort-Object is modelled with -Unique only");
                }
                let mut texts: Vec<_> = input.iter().map(Value::text).collect();
                texts.sort_by_key(|text| text.to_lowercase());
                texts.dedup_by_key(|text| text.to_lowercase());
                out = texts.into_iter().map(Value::from).collect();
            }
            "Out-Null" => {}
            "Out-Host" => self.machine.borrow_mut().host.extend(input.iter().map(Value::text)),
            "ConvertTo-Csv" => {
                self.need_no_type(&bind(self, &[], &[], &["NoTypeInformation"]));
                out = table(&input).into_iter().map(Value::from).collect();
            }
            "Export-Csv" => {
                let bound = bind(self, &["Path"], &[], &["NoTypeInformation"]);
                self.need_no_type(&bound);
                let lines: String = table(&input).into_iter().map(|line| line + "\r\n").collect();
                self.machine.borrow_mut().write(&at_location(&bound.text("Path")), &lines);
            }
            "Export-Clixml" => {
                let path = bind(self, &["Path"], &[], &[]).text("Path");
                let fields = input.iter().flat_map(properties);
                let lines = fields.map(|(name, value)| format!("<S N=\"{name}\">{}</S>", value.text()));
                self.machine.borrow_mut().write(&at_location(&path), &lines.collect::<Vec<_>>().join("\r\n"));
            }
            "ConvertTo-Json" => {
                let depth = bind(self, &[], &["Depth"], &[]).get("Depth").unwrap().int();
                out = vec![json(&input[0], depth).to_string().into()];
            }
            other => self.refuse(&format!("the command {other} is not modelled in a pipeline")),
        }
        Ok(out)
    }

    fn need_no_type(&self, bound: &Bound) {
        if !bound.has("NoTypeInformation") {
            self.refuse("Windows PowerShell would write a line with the type first");
        }
    }

    fn select(bound: &Bound, input: Vec<Value>) -> Vec<Value> {
        let count = bound.get("First").map_or(usize::MAX, |first| usize::try_from(first.int()).unwrap());
        let Some(names) = bound.get("Property") else { return input.into_iter().take(count).collect() };
        let select = |item: Value| {
            let fields = properties(&item);
            let fields = Fields(fields);
            let chosen = names
                .list()
                .iter()
                .map(|name| (name.text(), fields.get(&name.text()).unwrap_or(Value::Null)))
                .collect::<Vec<_>>();
            let chosen = chosen.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
            Object::value("PSCustomObject", chosen)
        };
        input.into_iter().take(count).map(select).collect()
    }

    fn remove_item(&self, bound: &Bound) -> Outcome<Vec<Value>> {
        let path = at_location(&bound.text("Path"));
        let is_gone = self.machine.borrow_mut().remove(&path);
        if is_gone || bound.is_silent() { Ok(Vec::new()) } else { Err(self.runtime_error("Cannot find path")) }
    }

    fn find_files(&self, bound: &Bound) -> Vec<Value> {
        if !bound.has("Recurse") || !bound.is_silent() {
            self.refuse("Get-ChildItem is modelled as a silent search only");
        }
        let paths = self.machine.borrow().below(&bound.text("Path"), &bound.text("Filter"));
        paths.into_iter().map(|path| Object::value("FileInfo", vec![("FullName", path.into())])).collect()
    }

    fn import(&self, path: &str) -> Outcome<Vec<Value>> {
        let text =
            self.machine.borrow().read(&at_location(path)).ok_or_else(|| self.runtime_error("Could not find file"))?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names = reader.headers().unwrap().clone();
        let row = |row: csv::StringRecord| {
            let fields = names.iter().zip(row.iter()).map(|(name, cell)| (name, cell.into())).collect();
            Object::value("PSCustomObject", fields)
        };
        Ok(reader.records().map(|record| row(record.unwrap())).collect())
    }

    fn new_object(&self, bound: &Bound) -> Outcome<Vec<Value>> {
        let name = bound.text("TypeName").to_lowercase();
        let made = match (name.as_str(), bound.get("ArgumentList"), bound.get("Property")) {
            ("psobject", None, Some(Value::Table(fields))) => {
                let fields = fields.borrow();
                let fields = fields.0.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                Object::value("PSCustomObject", fields)
            }
            ("net.webclient", None, None) => {
                let headers = Object::value("WebHeaderCollection", vec![]);
                Object::value("WebClient", vec![("Headers", headers)])
            }
            ("security.principal.windowsprincipal", Some(Value::Object(identity)), None)
                if identity.kind == "WindowsIdentity" =>
            {
                Object::value("WindowsPrincipal", vec![])
            }
            _ => self.refuse(&format!("New-Object {name} is not modelled like this")),
        };
        Ok(vec![made])
    }

    /// Remoting: the block runs on each machine that can be reached, with nothing of the caller's but its arguments.
    fn invoke_command(&self, bound: &Bound) -> Outcome<Vec<Value>> {
        if !bound.is_silent() {
            self.refuse("Invoke-Command is modelled with -ErrorAction SilentlyContinue only");
        }
        let block = self.block_of(bound.get("ScriptBlock"));
        let arguments = bound.get("ArgumentList").unwrap().list();
        let mut answers = Vec::new();
        for name in bound.get("ComputerName").unwrap().list() {
            let remote = self.machine.borrow().network.get(&name.text()).cloned();
            let Some(remote) = remote else { continue };
            let mut shell = Self::new(&remote, &self.seen, block.script);
            let given = arguments.iter().cloned().map(Argument::Value).collect();
            let Ok(out) = shell.call(block, given) else { continue };
            for answer in out {
                let mut fields = properties(&answer);
                fields.push(("PSComputerName".to_owned(), name.clone()));
                let fields = fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
                answers.push(Object::value("PSCustomObject", fields));
            }
        }
        Ok(answers)
    }

    /// A program by its path: prints lines and leaves its code in `$LASTEXITCODE`.
    pub fn run_program(&mut self, path: &str, given: Given) -> Vec<Value> {
        let mut words = Vec::new();
        for argument in given {
            match argument {
                Argument::Parameter(name) => words.push(format!("-{name}")),
                Argument::Value(value) => words.extend(value.list().iter().map(Value::text)),
            }
        }
        let program = path.rsplit('\\').next().unwrap().to_lowercase();
        let mut called = vec![program.clone()];
        called.extend(words.iter().cloned());
        self.machine.borrow_mut().programs.push(called);
        let (lines, code) = match program.as_str() {
            "icacls.exe" => (vec!["processed".to_owned()], 0),
            "cscript.exe" => (self.machine.borrow_mut().office_script(&words), 0),
            "powershell.exe" => crate::host::powershell(&self.machine, &self.seen, &words),
            other => self.refuse(&format!("the program {other} is not modelled")),
        };
        self.scopes[0].insert("lastexitcode".to_owned(), Value::Int(code));
        lines.into_iter().map(Value::from).collect()
    }

    /// The licensing service answers with an error, where CIM or WMI puts it.
    pub fn service_error(&self, code: u32, is_method: bool) -> Flow {
        if self.machine.borrow().has_cim {
            let id = if code == 0 { "MI RESULT 1".to_owned() } else { format!("HRESULT 0x{code:08x}") };
            let exception = self.exception("CimException", "Allgemeiner Fehler", 0x8013_1500, Value::Null);
            let Value::Object(object) = &exception else { unreachable!() };
            object.fields.borrow_mut().set("MessageId", id.clone().into());
            object.fields.borrow_mut().set("NativeErrorCode", "Failed".into());
            return Self::error(exception, &format!("{id},Microsoft.Management.Infrastructure.CimCmdlets"));
        }
        let com = self.exception("COMException", "Ausnahme von HRESULT", code, Value::Null);
        let Value::Object(object) = &com else { unreachable!() };
        object.fields.borrow_mut().set("ErrorCode", Value::Int(code.cast_signed()));
        if !is_method {
            return Self::error(com, "GetWMICOMException");
        }
        let outer = self.exception("MethodInvocationException", "Ausnahme beim Aufrufen", 0x8013_1501, com);
        Self::error(outer, "DotNetMethodException")
    }
}

/// Where PowerShell stands. The process stands elsewhere, which only .NET sees.
pub const LOCATION: &str = "C:\\Work";
const PROCESS: &str = "C:\\Windows\\System32";

fn below(folder: &str, path: &str) -> String {
    if path.contains(':') { path.to_owned() } else { format!("{folder}\\{}", path.trim_start_matches(".\\")) }
}

/// A path as cmdlets take it.
pub fn at_location(path: &str) -> String {
    below(LOCATION, path)
}

/// A path as .NET takes it.
pub fn at_process(path: &str) -> String {
    below(PROCESS, path)
}

/// The properties of an object in their order.
pub fn properties(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(object) => object.fields.borrow().0.clone(),
        other => panic!("{} has no properties to choose from", other.kind()),
    }
}

/// Lines of CSV: everything quoted, except nothing.
fn table(rows: &[Value]) -> Vec<String> {
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let Some(first) = rows.first() else { return Vec::new() };
    let names: Vec<_> = properties(first).into_iter().map(|(name, _)| name).collect();
    let mut lines = vec![names.iter().cloned().map(quoted).collect::<Vec<_>>().join(",")];
    for row in rows {
        let fields = Fields(properties(row));
        let cells = names.iter().map(|name| match fields.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(value) => quoted(value.text()),
        });
        lines.push(cells.collect::<Vec<_>>().join(","));
    }
    lines
}

/// What lies deeper than the depth would become a text, which nobody reads: refused.
fn json(value: &Value, depth: i32) -> serde_json::Value {
    assert!(depth >= 0, "ConvertTo-Json -Depth is too small");
    match value {
        Value::Null | Value::Nothing => serde_json::Value::Null,
        Value::Bool(is) => (*is).into(),
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.to_string().into(),
        Value::Array(values) => values.iter().map(|value| json(value, depth - 1)).collect(),
        Value::Table(fields) => {
            fields.borrow().0.iter().map(|(name, value)| (name.clone(), json(value, depth - 1))).collect()
        }
        Value::Object(_) => {
            properties(value).iter().map(|(name, value)| (name.clone(), json(value, depth - 1))).collect()
        }
        other => panic!("{} as JSON is not modelled", other.kind()),
    }
}
