//! Files at requests on both engines: taken once, told by their content, scanned, read by ranges, and nobody else's.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream};
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;
use object_store::ObjectStore as _;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::request_files::{
    self, FileFacts, Scanner, SentFiles, Served, Verdict, forget_unsent, leave_out, scan_due, unsent,
};
use perpetua_app::support::{self, ChangeRequest, OpenRequest, RequestView};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::file::{FileState, SIZE_MAX};
use perpetua_domain::link::RangeAnswer;
use perpetua_domain::request::{Impact, ProblemType};
use perpetua_test_support::TestApp;
use sha2::{Digest as _, Sha256};

struct Desk {
    test: Arc<TestApp>,
    agent: Caller,
    request: RequestView,
}

async fn desk(test: Arc<TestApp>) -> Desk {
    let partner = test.partner("Alfa").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    let command = OpenRequest {
        request_key: test.app.entropy.bytes(),
        customer: None,
        kind: ProblemType::Other,
        impact: Impact::Minimal,
        title: "Setup stops".to_owned(),
        description: "See the log.".to_owned(),
        order: None,
        product_id: String::new(),
        country: String::new(),
        contact_name: String::new(),
        contact_email: String::new(),
        contact_phone: String::new(),
    };
    let request = support::open(&test.app, &agent, command).await.unwrap();
    Desk { test, agent, request }
}

fn parts(content: &[u8]) -> impl Stream<Item = io::Result<Bytes>> + Send + Unpin + use<> {
    let parts: Vec<_> = content.chunks(1000).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    stream::iter(parts)
}

impl Desk {
    fn app(&self) -> &App {
        &self.test.app
    }

    async fn take(&self, key: [u8; 32], name: &str, content: &[u8]) -> Result<FileFacts, Problem> {
        request_files::take(self.app(), &self.agent, (key, Some(self.request.id)), name, parts(content)).await
    }

    /// The code of the field's refusal.
    async fn refused(&self, name: &str, content: &[u8]) -> &'static str {
        let problem = self.take([7; 32], name, content).await.unwrap_err();
        assert_eq!(problem.fields[0].field, "file");
        problem.fields[0].code
    }

    async fn send(&self, key: [u8; 32], confirmed: &[&FileFacts]) -> Result<RequestView, Problem> {
        let confirmed = confirmed.iter().map(|file| file.id.0).collect();
        let files = Some(SentFiles { key, confirmed });
        let change = ChangeRequest { number: self.request.number.clone(), files, ..ChangeRequest::default() };
        support::change(self.app(), &self.agent, change).await
    }

    async fn files(&self) -> Vec<FileFacts> {
        request_files::list(self.app(), &self.agent, self.request.id).await.unwrap()
    }

    async fn open(&self, caller: &Caller, file: &FileFacts, range: Option<&str>) -> Result<Served, Problem> {
        request_files::open(self.app(), caller, (self.request.id, file.id.0), (range, None), true).await
    }

    async fn read(&self, file: &FileFacts, range: Option<&str>) -> Vec<u8> {
        let served = self.open(&self.agent, file, range).await.unwrap();
        served.body.unwrap().try_collect::<Vec<Bytes>>().await.unwrap().concat()
    }

    /// Files whose content lies in storage.
    async fn stored(&self) -> usize {
        self.app().media.list(Some(&"request-files".into())).count().await
    }
}

#[test]
fn files_of_a_note_are_kept_once_and_read_back_whole_and_by_ranges() {
    TestApp::each(|test| async move {
        let desk = desk(test).await;
        let log = "line of the log\n".repeat(1000);
        let first = desk.take([1; 32], "C:\\logs\\setup.log", log.as_bytes()).await.unwrap();
        assert_eq!((first.name.as_str(), first.media_type.as_str()), ("setup.log", "text/plain"));
        assert_eq!((first.size, first.sha256.as_slice()), (16_000, Sha256::digest(&log).as_slice()));
        let copy = desk.take([1; 32], "setup.log", log.as_bytes()).await.unwrap();
        assert_eq!(copy.id, first.id, "the same form brought it already");
        assert_eq!(desk.stored().await, 1);
        assert!(desk.files().await.is_empty(), "it counts with its form only");

        desk.send([1; 32], &[]).await.unwrap();
        assert_eq!(desk.files().await.len(), 1);
        let changed = desk.send([1; 32], &[]).await.unwrap();
        assert_eq!(desk.files().await.len(), 1, "a copy of the form");
        assert_eq!(changed.version, desk.request.version + 1);
        assert!(desk.send([2; 32], &[]).await.is_ok_and(|same| same.version == changed.version), "nothing to add");

        assert_eq!(desk.read(&first, None).await, log.as_bytes());
        assert_eq!(desk.read(&first, Some("bytes=16-31")).await, b"line of the log\n");
        let beyond = desk.open(&desk.agent, &first, Some("bytes=20000-")).await.unwrap();
        assert!(beyond.range == RangeAnswer::Unsatisfiable && beyond.body.is_none());
        let etag = beyond.etag();
        for (condition, expected) in [(etag.as_str(), 2), ("\"another\"", 16_000)] {
            let asked = (Some("bytes=0-1"), Some(condition));
            let ids = (desk.request.id, first.id.0);
            let served = request_files::open(desk.app(), &desk.agent, ids, asked, true).await.unwrap();
            let read: usize =
                served.body.unwrap().map_ok(|part| part.len()).try_fold(0, async |a, b| Ok(a + b)).await.unwrap();
            assert_eq!(read, expected, "{condition}");
        }
    });
}

#[test]
fn what_is_refused_names_its_reason_and_leaves_nothing_behind() {
    TestApp::each(|test| async move {
        let desk = desk(test).await;
        assert_eq!(desk.refused("empty.log", b"").await, "file_empty");
        assert_eq!(desk.refused("invoice.pdf", b"MZ\x90\0\x03\0\0\0").await, "file_program");
        assert_eq!(desk.refused("run.ps1", b"Get-Process").await, "file_program");
        assert_eq!(desk.refused("invoice.pdf", b"no such thing").await, "file_not_its_name");
        let part = Bytes::from(vec![b'x'; 64 * 1024]);
        let endless = stream::repeat_with(move || Ok(part.clone()));
        let of = ([7; 32], Some(desk.request.id));
        let large = request_files::take(desk.app(), &desk.agent, of, "large.log", endless).await.unwrap_err();
        assert_eq!(large.fields[0].code, "file_size");
        let broken = stream::iter([Ok(Bytes::from_static(b"begin")), Err(io::Error::other("gone"))]);
        let broken = request_files::take(desk.app(), &desk.agent, of, "a.log", broken).await.unwrap_err();
        assert_eq!(broken.code, "upload_broken");
        for number in 0..10 {
            desk.take([7; 32], &format!("{number}.log"), b"text").await.unwrap();
        }
        assert_eq!(desk.refused("eleventh.log", b"text").await, "too_many_files");
        assert_eq!(desk.stored().await, 10);
        assert_eq!(unsent(desk.app(), &desk.agent, [7; 32]).await.unwrap().len(), 10);
    });
}

#[test]
fn twenty_five_mebibytes_are_taken_to_the_last_byte_and_not_one_more() {
    TestApp::each(|test| async move {
        let desk = desk(test).await;
        let part = Bytes::from(vec![b'-'; 256 * 1024]);
        let count = usize::try_from(SIZE_MAX).unwrap() / part.len();
        let full = || stream::iter(vec![part.clone(); count]).map(Ok);
        let of = ([1; 32], Some(desk.request.id));
        let taken = request_files::take(desk.app(), &desk.agent, of, "full.log", full()).await.unwrap();
        assert_eq!(taken.size.unsigned_abs(), SIZE_MAX);
        let more = full().chain(stream::iter([Ok(Bytes::from_static(b"-"))]));
        let refused = request_files::take(desk.app(), &desk.agent, of, "more.log", more).await.unwrap_err();
        assert_eq!(refused.fields[0].code, "file_size");
    });
}

#[test]
fn a_file_with_a_key_is_sent_when_a_person_confirms_it_and_is_never_altered() {
    TestApp::each(|test| async move {
        let desk = desk(test).await;
        // In the form of other publishers, put together here so that none stands in the source.
        let key = ["A1B2C", "D3E4F", "G5H6J", "K7L8M", "N9P0Q"].join("-");
        let content = format!("activation of {key} failed\n");
        let file = desk.take([1; 32], &format!("{key}.log"), content.as_bytes()).await.unwrap();
        assert!(file.holds_key && !file.name.contains(&key), "{}", file.name);
        let refused = desk.send([1; 32], &[]).await.unwrap_err();
        assert_eq!((refused.fields[0].field.as_str(), refused.fields[0].code), ("files", "file_holds_key"));
        assert!(desk.files().await.is_empty());
        desk.send([1; 32], &[&file]).await.unwrap();
        assert_eq!(desk.read(&file, None).await, content.as_bytes());

        let other = desk.take([2; 32], "other.log", content.as_bytes()).await.unwrap();
        let stranger = desk.test.caller(desk.agent.tenant, &[Role::AdminAgent]).await;
        leave_out(desk.app(), &stranger, [2; 32], vec![other.id.0]).await.unwrap();
        assert_eq!(unsent(desk.app(), &desk.agent, [2; 32]).await.unwrap().len(), 1, "not theirs to leave out");
        leave_out(desk.app(), &desk.agent, [2; 32], vec![other.id.0, file.id.0]).await.unwrap();
        assert!(unsent(desk.app(), &desk.agent, [2; 32]).await.unwrap().is_empty());
        assert_eq!((desk.files().await.len(), desk.stored().await), (1, 1), "what was sent stays");
    });
}

#[test]
fn files_of_others_are_not_there_and_the_operator_reads_them() {
    TestApp::each(|test| async move {
        let desk = desk(test.clone()).await;
        let file = desk.take([1; 32], "setup.log", b"text").await.unwrap();
        assert_eq!(desk.open(&desk.agent, &file, None).await.err().unwrap().code, "not_found", "not sent yet");
        desk.send([1; 32], &[]).await.unwrap();
        let rival = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        let customer = test.customer(desk.agent.tenant, "Northlake").await;
        let customer = test.caller(customer, &[Role::GlobalAdmin]).await;
        for stranger in [&rival, &customer] {
            assert_eq!(desk.open(stranger, &file, None).await.err().unwrap().code, "not_found");
            let of = ([9; 32], Some(desk.request.id));
            let taken = request_files::take(desk.app(), stranger, of, "a.log", parts(b"x")).await.unwrap_err();
            assert_eq!(taken.code, "not_found");
            let list = request_files::list(desk.app(), stranger, desk.request.id).await.unwrap_err();
            assert_eq!(list.code, "not_found");
        }
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        assert!(desk.open(&support, &file, None).await.is_ok());
        let of = ([3; 32], Some(desk.request.id));
        request_files::take(desk.app(), &support, of, "steps.log", parts(b"try this")).await.unwrap();
        let other = self::desk(test).await;
        let crossed = request_files::open(other.app(), &support, (other.request.id, file.id.0), (None, None), true);
        assert_eq!(crossed.await.err().unwrap().code, "not_found", "a file of another request");
    });
}

/// Finds whatever the test says, and counts.
#[derive(Default)]
struct Told {
    says: Mutex<Vec<Result<Verdict, String>>>,
    scans: AtomicUsize,
}

impl Scanner for Told {
    fn scan<'a>(&'a self, content: BoxStream<'a, io::Result<Bytes>>) -> BoxFuture<'a, Result<Verdict, String>> {
        Box::pin(async move {
            self.scans.fetch_add(1, Ordering::Relaxed);
            assert_eq!(content.try_collect::<Vec<Bytes>>().await.unwrap().concat(), b"text");
            self.says.lock().unwrap().remove(0)
        })
    }
}

#[test]
fn a_file_is_opened_after_a_clean_scan_only_and_a_failed_scan_is_repeated() {
    TestApp::each(|test| async move {
        let desk = desk(test.clone()).await;
        let told = Arc::new(Told::default());
        let says = [Err("no definitions".to_owned()), Ok(Verdict::Clean), Ok(Verdict::Infected)];
        *told.says.lock().unwrap() = says.to_vec();
        let scanner: Arc<dyn Scanner> = told.clone();
        assert!(desk.app().scanner.set(scanner).is_ok());
        let file = desk.take([1; 32], "setup.log", b"text").await.unwrap();
        desk.send([1; 32], &[]).await.unwrap();
        assert_eq!(file.state.0, FileState::Waiting);
        assert_eq!(desk.open(&desk.agent, &file, None).await.err().unwrap().code, "file_waits");
        assert_eq!(scan_due(desk.app()).await.unwrap(), 1);
        assert_eq!(scan_due(desk.app()).await.unwrap(), 0, "a pause after the failure");
        assert_eq!(desk.open(&desk.agent, &file, None).await.err().unwrap().code, "file_waits");
        test.real_clock.advance(SignedDuration::from_secs(31));
        assert_eq!(scan_due(desk.app()).await.unwrap(), 1);
        assert_eq!(desk.read(&file, None).await, b"text");

        let bad = desk.take([2; 32], "bad.log", b"text").await.unwrap();
        desk.send([2; 32], &[]).await.unwrap();
        scan_due(desk.app()).await.unwrap();
        assert_eq!(desk.open(&desk.agent, &bad, None).await.err().unwrap().code, "file_infected");
        assert_eq!(told.scans.load(Ordering::Relaxed), 3);
    });
}

#[test]
fn a_file_that_was_never_sent_is_forgotten_after_a_day_with_its_content() {
    TestApp::each(|test| async move {
        let desk = desk(test.clone()).await;
        desk.take([1; 32], "sent.log", b"text").await.unwrap();
        desk.send([1; 32], &[]).await.unwrap();
        desk.take([2; 32], "unsent.log", b"text").await.unwrap();
        test.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(forget_unsent(desk.app()).await.unwrap(), 0);
        test.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(forget_unsent(desk.app()).await.unwrap(), 1);
        assert!(unsent(desk.app(), &desk.agent, [2; 32]).await.unwrap().is_empty());
        assert_eq!((desk.files().await.len(), desk.stored().await), (1, 1));
    });
}
