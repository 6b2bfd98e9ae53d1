//! Members and methods of the .NET types that the scripts use.

use std::rc::Rc;

use super::cmdlets::{at_location, at_process};
use super::run::{Flow, Outcome, Shell};
use super::value::{Object, Value};
use crate::machine::Web;

/// What Windows 7 does not know of a license, so that a script may find it missing.
const OPTIONAL: &[&str] = &["ProductKeyChannel"];

impl Shell {
    pub fn member(&self, owner: &Value, name: &str) -> Value {
        let lower = name.to_lowercase();
        match (owner, lower.as_str()) {
            (Value::Null | Value::Nothing, _) => Value::Null,
            (Value::Array(values), "count" | "length") => Value::count(values.len()),
            (Value::Text(text), "length") => Value::count(text.encode_utf16().count()),
            (Value::Span(seconds), "totalseconds") => Value::Number(*seconds),
            (Value::Table(fields), _) => {
                let fields = fields.borrow();
                match (fields.get(name), lower.as_str()) {
                    (Some(value), _) => value,
                    (None, "keys") => Value::texts(fields.0.iter().map(|(key, _)| key)),
                    (None, "values") => Value::array(fields.0.iter().map(|(_, value)| value.clone()).collect()),
                    (None, "count") => Value::count(fields.0.len()),
                    _ => Value::Null,
                }
            }
            (Value::Object(object), _) => object.fields.borrow().get(name).unwrap_or_else(|| {
                let may_lack = object.kind.ends_with("Exception") || OPTIONAL.contains(&name);
                if may_lack { Value::Null } else { self.refuse(&format!("a {} has no {name}", object.kind)) }
            }),
            (owner, _) => self.refuse(&format!("{name} of {} is not modelled", owner.kind())),
        }
    }

    pub fn set_member(&self, owner: &Value, name: &str, value: Value) -> Outcome {
        match owner {
            Value::Object(object) if object.kind == "WebClient" && name == "Encoding" => {
                object.fields.borrow_mut().set(name, value);
            }
            Value::Type(kind) if &**kind == "net.servicepointmanager" && name == "SecurityProtocol" => {
                if !self.machine.borrow().knows_tls_1_2 {
                    return Err(self.runtime_error("The value does not fit the enumeration."));
                }
                self.machine.borrow_mut().protocols = value.int();
            }
            owner => self.refuse(&format!("{name} of {} cannot be set", owner.kind())),
        }
        Ok(())
    }

    pub fn static_member(&self, owner: &Value, name: &str) -> Value {
        let Value::Type(kind) = owner else { self.refuse(":: behind what is no type") };
        match (&**kind, name) {
            ("datetime", "UtcNow") => Value::Time(self.machine.borrow_mut().tick()),
            ("text.encoding", "UTF8") => Object::value("UTF8Encoding", vec![]),
            ("net.servicepointmanager", "SecurityProtocol") => Value::Int(self.machine.borrow().protocols),
            ("security.principal.windowsbuiltinrole", "Administrator") => "Administrator".into(),
            ("console", "In") => Object::value("TextReader", vec![]),
            ("globalization.cultureinfo", "InvariantCulture") => Object::value("InvariantCulture", vec![]),
            ("globalization.cultureinfo", "InstalledUICulture") => {
                Object::value("CultureInfo", vec![("Name", "cs-CZ".into())])
            }
            (kind, name) => self.refuse(&format!("[{kind}]::{name} is not modelled")),
        }
    }

    pub fn static_method(&self, owner: &Value, name: &str, arguments: Vec<Value>) -> Outcome<Value> {
        let Value::Type(kind) = owner else { self.refuse(":: behind what is no type") };
        match (&**kind, name, arguments.as_slice()) {
            ("io.file", "ReadAllLines", [path]) => {
                let text = self.read(&path.text())?;
                Ok(Value::texts(text.lines()))
            }
            ("io.file", "ReadAllText", [path]) => self.read(&path.text()).map(Value::from),
            ("io.file", "WriteAllText", [path, text]) => {
                self.machine.borrow_mut().write(&at_process(&path.text()), &text.text());
                Ok(Value::Nothing)
            }
            ("io.file", "WriteAllLines", [path, lines]) => {
                let lines: String = lines.list().iter().map(|line| line.text() + "\r\n").collect();
                self.machine.borrow_mut().write(&at_process(&path.text()), &lines);
                Ok(Value::Nothing)
            }
            ("security.principal.windowsidentity", "GetCurrent", []) => Ok(Object::value("WindowsIdentity", vec![])),
            ("net.networkinformation.ipglobalproperties", "GetIPGlobalProperties", []) => {
                let domain = self.machine.borrow().domain.into();
                Ok(Object::value("IPGlobalProperties", vec![("DomainName", domain)]))
            }
            ("math", "Min", [Value::Int(one), Value::Int(other)]) => Ok(Value::Int(*one.min(other))),
            ("runtime.interopservices.marshal", "SecureStringToBSTR" | "PtrToStringBSTR", [typed]) => {
                self.pass_on(name, typed)
            }
            ("runtime.interopservices.marshal", "ZeroFreeBSTR", [_]) => {
                self.machine.borrow_mut().calls.push("ZeroFreeBSTR".to_owned());
                Ok(Value::Nothing)
            }
            (kind, name, arguments) => {
                self.refuse(&format!("[{kind}]::{name} with {} arguments is not modelled", arguments.len()))
            }
        }
    }

    /// A secure string and the pointer to its text both carry the text along.
    fn pass_on(&self, name: &str, typed: &Value) -> Outcome<Value> {
        match (name, typed) {
            ("SecureStringToBSTR", Value::Object(object)) if object.kind == "SecureString" => {
                let text = object.fields.borrow().get("Text").unwrap();
                Ok(Object::value("Pointer", vec![("Text", text)]))
            }
            ("PtrToStringBSTR", Value::Object(object)) if object.kind == "Pointer" => {
                Ok(object.fields.borrow().get("Text").unwrap())
            }
            (_, typed) => self.refuse(&format!("{name} of {}", typed.kind())),
        }
    }

    fn read(&self, path: &str) -> Outcome<String> {
        let text = self.machine.borrow().read(&at_process(path));
        text.ok_or_else(|| {
            self.method_error("FileNotFoundException", &format!("Could not find file '{path}'."), 0x8007_0002)
        })
    }

    /// An exception out of a .NET method, as PowerShell wraps it.
    pub fn method_error(&self, kind: &'static str, message: &str, result: u32) -> Flow {
        let inner = self.exception(kind, message, result, Value::Null);
        let message = format!("Exception calling a method: \"{message}\"");
        Self::error(self.exception("MethodInvocationException", &message, 0x8013_1501, inner), "DotNetMethodException")
    }

    pub fn method(&mut self, owner: &Value, name: &str, arguments: Vec<Value>) -> Outcome<Value> {
        match owner {
            Value::Null | Value::Nothing => {
                Err(self.runtime_error("You cannot call a method on a null-valued expression."))
            }
            Value::Text(text) => self.text_method(text, name, &arguments),
            Value::Time(seconds) => Ok(self.time_text(*seconds, name, &arguments).into()),
            Value::Table(fields) if name == "Clear" && arguments.is_empty() => {
                fields.borrow_mut().0.clear();
                Ok(Value::Nothing)
            }
            Value::Object(object) => self.object_method(&Rc::clone(object), name, &arguments),
            owner => self.refuse(&format!("{name} of {} is not modelled", owner.kind())),
        }
    }

    fn text_method(&self, text: &str, name: &str, arguments: &[Value]) -> Outcome<Value> {
        let out_of_range = || self.method_error("ArgumentOutOfRangeException", "out of range", 0x8013_1502);
        if !text.is_ascii() && name == "Substring" && text.chars().any(|character| character.len_utf16() > 1) {
            self.refuse("characters of two units are not modelled");
        }
        let characters: Vec<char> = text.chars().collect();
        let part = |from: i32, to: Option<i32>| {
            let from = usize::try_from(from).ok()?;
            let to = to.map_or(Some(characters.len()), |length| Some(from + usize::try_from(length).ok()?))?;
            characters.get(from..to).map(|part| Value::from(part.iter().collect::<String>()))
        };
        match (name, arguments) {
            ("Contains", [Value::Text(what)]) => Ok(Value::Bool(text.contains(&**what))),
            ("IndexOf", [Value::Text(what)]) => {
                let at = text.find(&**what).map(|at| Value::count(text[..at].chars().count()));
                Ok(at.unwrap_or(Value::Int(-1)))
            }
            ("Substring", [Value::Int(from)]) => part(*from, None).ok_or_else(out_of_range),
            ("Substring", [Value::Int(from), Value::Int(length)]) => {
                part(*from, Some(*length)).ok_or_else(out_of_range)
            }
            ("ToUpperInvariant", []) => Ok(text.to_uppercase().into()),
            ("Trim", []) => Ok(text.trim().into()),
            (name, _) => self.refuse(&format!("string.{name} is not modelled")),
        }
    }

    /// Only the form that the report uses. Without a culture, `:` is the separator of the machine's own.
    fn time_text(&self, seconds: i64, name: &str, arguments: &[Value]) -> String {
        let format = arguments.first().map(Value::text);
        if name != "ToString" || format.as_deref() != Some("yyyy-MM-ddTHH:mm:ssZ") {
            self.refuse("a DateTime is only written as yyyy-MM-ddTHH:mm:ssZ");
        }
        let text = jiff::Timestamp::from_second(seconds).unwrap().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        match arguments {
            [_, Value::Object(culture)] if culture.kind == "InvariantCulture" => text,
            [_] => text.replace(':', self.machine.borrow().time_separator),
            _ => self.refuse("this culture is not modelled"),
        }
    }

    fn object_method(&mut self, object: &Rc<Object>, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (object.kind, name, arguments) {
            ("WindowsPrincipal", "IsInRole", [Value::Text(role)]) if &**role == "Administrator" => {
                Ok(Value::Bool(self.machine.borrow().is_admin))
            }
            ("PathIntrinsics", "GetUnresolvedProviderPathFromPSPath", [path]) => Ok(at_location(&path.text()).into()),
            ("TextReader", "ReadToEnd", []) => Ok(self.machine.borrow_mut().stdin.split_off(0).into()),
            ("WebHeaderCollection", "Add", [header, value]) => {
                object.fields.borrow_mut().set(&header.text(), value.clone());
                Ok(Value::Nothing)
            }
            ("WebClient", "UploadString", [address, text]) => self.upload(object, address, text),
            ("ManagementObject", "GetMethodParameters", [_]) => Ok(Object::value("MethodParameters", vec![])),
            ("ManagementObject", "InvokeMethod", [method, with, Value::Null]) => {
                let with = match with {
                    Value::Null => None,
                    Value::Object(parameters) => Some(parameters.fields.borrow().clone()),
                    other => self.refuse(&format!("{} as parameters of a method", other.kind())),
                };
                self.invoke(object, &method.text(), with)
            }
            (kind, name, arguments) => {
                self.refuse(&format!("{kind}.{name} with {} arguments is not modelled", arguments.len()))
            }
        }
    }

    fn upload(&self, client: &Object, address: &Value, text: &Value) -> Outcome<Value> {
        let Some(Value::Object(headers)) = client.fields.borrow().get("Headers") else { unreachable!() };
        let headers = headers.fields.borrow().0.iter().map(|(name, value)| (name.clone(), value.text())).collect();
        let mut machine = self.machine.borrow_mut();
        machine.posts.push((address.text(), headers, text.text()));
        match machine.web {
            Web::Answers(answer) => Ok(answer.into()),
            Web::Fails => {
                drop(machine);
                Err(self.method_error("WebException", "The remote server returned an error.", 0x8013_1509))
            }
        }
    }
}
