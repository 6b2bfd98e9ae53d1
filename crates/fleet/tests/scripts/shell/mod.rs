//! An evaluator of the part of PowerShell that our scripts use, over the syntax tree of their grammar.
//!
//! It stands for PowerShell where none can be had. It follows the documented rules that decide whether a script
//! works: pipelines and functions unroll arrays by one level, a function gives everything that it emits, writes
//! stay in a function while reads look outwards, texts are compared without case, hexadecimal literals can be
//! negative, an argument that begins with a bracket is text, errors reach `catch` as records whose exceptions
//! carry their code where CIM, WMI and .NET put it.
//!
//! Whatever it does not know, it refuses with the line: statements, commands, parameters, types, methods,
//! variables that nothing has set, and what differs between PowerShell 2 and 7 (`foreach` over `$null`, `Count` of
//! a single object, `$null` into a pipeline). So a script that runs here uses nothing that was guessed.
//!
//! What it does not prove: that PowerShell itself accepts the scripts, encodings of files and consoles, how the host
//! breaks long lines, remoting, rights, and everything that the licensing service does differently than the stub.
//! Pipelines run stage by stage, so what a failing stage had passed on before it failed is lost here.

pub mod call;
pub mod cmdlets;
pub mod dotnet;
pub mod expression;
pub mod run;
pub mod text;
pub mod value;
