//! What the functions of the C interface do, in safe code over texts and bytes.

use std::path::Path;

use perpetua_device::carried::Imported;
use perpetua_device::codes::group_states;
use perpetua_device::license::exchange::request::RequestKind;
use perpetua_device::license::exchange::symbols::GroupState;
use perpetua_device::{Device, Error, Lang, Software, words};

use crate::answer::PerpetuaAnswer;

/// A machine with its folder. Opaque to C; freed by `perpetua_free`.
pub struct PerpetuaDevice {
    device: Device,
    lang: Lang,
}

impl PerpetuaDevice {
    /// From the settings that `perpetua-device pin` printed.
    ///
    /// # Errors
    /// The answer that says why not.
    pub fn open(software: &str, folder: &str, language: &str) -> Result<Self, PerpetuaAnswer> {
        let lang = Lang::of(language);
        let device = Software::from_json(software).and_then(|software| Device::new(software, Path::new(folder), lang));
        match device {
            Ok(device) => Ok(Self { device, lang }),
            Err(error) => Err(PerpetuaAnswer::failed(lang, &error)),
        }
    }

    /// Activates with a product key as people type it.
    pub fn activate(&self, key: &str, machine_name: &str) -> PerpetuaAnswer {
        self.answer(|| {
            let answered = self.device.activate(key, machine_name)?;
            Ok(PerpetuaAnswer::answered(self.lang, &answered))
        })
    }

    /// Refreshes, returns or asks.
    pub fn ask(&self, kind: RequestKind) -> PerpetuaAnswer {
        self.answer(|| {
            let answered = match kind {
                RequestKind::Return => self.device.give_back()?,
                RequestKind::Status => self.device.ask_status()?,
                RequestKind::Activate | RequestKind::Refresh => self.device.refresh()?,
            };
            Ok(PerpetuaAnswer::answered(self.lang, &answered))
        })
    }

    /// Fetches the newest revocation list.
    pub fn refresh_list(&self) -> PerpetuaAnswer {
        self.answer(|| Ok(PerpetuaAnswer::done("list_taken", self.device.refresh_list()?.to_string())))
    }

    /// Whether the software may run now; asks nobody.
    pub fn verify(&self) -> PerpetuaAnswer {
        self.answer(|| Ok(PerpetuaAnswer::report(self.lang, &self.device.check()?)))
    }

    /// A request file; `about` is product key and machine name, for activating.
    pub fn request(&self, kind: RequestKind, about: Option<(&str, &str)>) -> PerpetuaAnswer {
        self.answer(|| {
            let request = self.device.request(kind, about)?;
            Ok(PerpetuaAnswer::done("request_made", Device::request_file(&[request])?))
        })
    }

    /// Takes what was carried here.
    pub fn import(&self, bytes: &[u8]) -> PerpetuaAnswer {
        self.answer(|| {
            Ok(match self.device.import(bytes)? {
                Imported::Answer(answered) => PerpetuaAnswer::answered(self.lang, &answered),
                Imported::Chain => PerpetuaAnswer::done("chain_taken", String::new()),
                Imported::List(number) => PerpetuaAnswer::done("list_taken", number.to_string()),
            })
        })
    }

    /// Nine groups of digits.
    pub fn typed_request(&self, key: &str) -> PerpetuaAnswer {
        self.answer(|| Ok(PerpetuaAnswer::done("typed_request", self.device.typed_request(key)?)))
    }

    /// Takes a typed or long code.
    pub fn accept_code(&self, code: &str) -> PerpetuaAnswer {
        self.answer(|| {
            self.device.accept_code(code)?;
            Ok(PerpetuaAnswer { sentence: words::say(self.lang, "done-long-code", &[]), ..accepted() })
        })
    }

    /// Gives up a state that was altered.
    pub fn start_over(&self) -> PerpetuaAnswer {
        self.answer(|| {
            self.device.start_over()?;
            Ok(PerpetuaAnswer::done("started_over", String::new()))
        })
    }

    fn answer(&self, call: impl FnOnce() -> Result<PerpetuaAnswer, Error>) -> PerpetuaAnswer {
        call().unwrap_or_else(|error| PerpetuaAnswer::failed(self.lang, &error))
    }
}

fn accepted() -> PerpetuaAnswer {
    PerpetuaAnswer::done("code_accepted", String::new())
}

/// The groups of a code that is being typed, a character each: `+` good, `x` wrong, `.` not whole yet.
pub fn code_groups(text: &str) -> PerpetuaAnswer {
    match group_states(text) {
        Ok((_, states)) => {
            let mark = |state: &GroupState| match state {
                GroupState::Good => '+',
                GroupState::Wrong => 'x',
                GroupState::Incomplete => '.',
            };
            PerpetuaAnswer::done("code_groups", states.iter().map(mark).collect())
        }
        Err(error) => PerpetuaAnswer::failed(Lang::default(), &error),
    }
}
