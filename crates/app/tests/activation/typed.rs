//! Typed codes: off until they are allowed, one code per request, counted like an activation, also when the machine
//! comes online later (I3).

use data_encoding::BASE64;
use jiff::SignedDuration;
use perpetua_app::Problem;
use perpetua_app::activation::typed::{self, Ask, Issued};
use perpetua_app::activation::{machines, rules};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::ProductId;
use perpetua_license::exchange::typed::{TypedError, TypedRequest, TypedSecret, accept};
use perpetua_license::moment::Moment;
use perpetua_license::policy::Rules;
use perpetua_license::policy::activation::Refusal;
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::device::{Device, Licensed};
use perpetua_test_support::{Goods, TestApp};

use super::cancelling::cancel;
use super::{activate, check, refresh, used};

fn product() -> ProductId {
    ProductId::parse(Goods::default().product).unwrap()
}

async fn allow(test: &TestApp, days: u16) -> TypedSecret {
    let sales = test.caller(test.operator, &[Role::OperatorSales]).await;
    let allowed = Rules { typed_days: Some(days), ..Rules::default() };
    rules::set(&test.app, &sales, product(), allowed).await.unwrap();
    let text = typed::reveal_secret(&test.app, &sales, product()).await.unwrap();
    TypedSecret::from_bytes(BASE64.decode(text.as_bytes()).unwrap().try_into().unwrap())
}

fn request(device: &Device, licensed: &Licensed, random: u64) -> TypedRequest {
    device.typed_request(&licensed.key, random)
}

async fn ask(test: &TestApp, licensed: &Licensed, digits: &str) -> Result<Result<Issued, Refusal>, Problem> {
    let ask = Ask { line: licensed.line, request: digits.to_owned(), name: "PC-vault".to_owned() };
    typed::issue(&test.app, &licensed.agent, ask).await
}

async fn code(test: &TestApp, licensed: &Licensed, request: TypedRequest) -> Result<Issued, Answer> {
    ask(test, licensed, &request.to_digits()).await.unwrap().map_err(|refusal| refusal.answer)
}

fn now(test: &TestApp) -> Moment {
    Moment::from_unix(test.app.clock.now().as_second())
}

#[test]
fn a_code_is_accepted_by_its_machine_alone_and_ends_by_its_day() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let (device, other) = (Device::new(1), Device::new(2));
        let asked = request(&device, &licensed, 7);
        assert_eq!(code(&test, &licensed, asked).await.unwrap_err(), Answer::TypedCodeNotAllowed, "off by itself");
        let secret = allow(&test, 30).await;
        let issued = code(&test, &licensed, asked).await.unwrap();
        let (key, product) = (&licensed.key, Goods::default().product);
        let accepted = |pending: &TypedRequest, at| accept(&issued.code, pending, key, product, &secret, at);
        let until = Moment::from_unix(issued.until.as_second());
        assert_eq!(accepted(&asked, now(&test)).unwrap().until, until);
        assert_eq!(accepted(&asked, until).unwrap_err(), TypedError::Expired { since: until });
        for pending in [request(&other, &licensed, 7), request(&device, &licensed, 8)] {
            assert_eq!(accepted(&pending, now(&test)).unwrap_err(), TypedError::OtherRequest);
        }
        let issued = code(&test, &licensed, asked).await.unwrap();
        assert_eq!(accepted(&asked, now(&test)).is_ok(), issued.code.len() == 55, "the same request, the same code");
        assert_eq!(used(&test, &licensed).await, (1, 2), "and counted once");
        assert_eq!(allow(&test, 10).await.computed(&asked, key, product), secret.computed(&asked, key, product));
    });
}

/// Compares secrets by what they compute, for nothing else of them can be seen.
trait Computes {
    fn computed(&self, request: &TypedRequest, key: &perpetua_license::key::TypedKey, product: &str) -> String;
}

impl Computes for TypedSecret {
    fn computed(&self, request: &TypedRequest, key: &perpetua_license::key::TypedKey, product: &str) -> String {
        let at = Moment::from_seconds(1_795_363_200);
        perpetua_license::exchange::typed::answer(request, key, product, self, at, 1).unwrap()
    }
}

#[test]
fn codes_count_to_the_limit_and_a_machine_that_comes_online_keeps_its_activation() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        allow(&test, 90).await;
        let mut devices = [Device::new(1), Device::new(2), Device::new(3)];
        for (index, device) in devices.iter().enumerate() {
            let answer = code(&test, &licensed, request(device, &licensed, 1)).await.map(|_| ());
            assert_eq!(answer.is_ok(), index < 2, "two activations were bought: {answer:?}");
        }
        assert_eq!(activate(&test, &mut devices[2], &licensed).await, Answer::KeyExhausted);
        check(&test, &licensed).await;

        assert_eq!(activate(&test, &mut devices[0], &licensed).await, Answer::ActivatedAgain, "no second one");
        assert_eq!(refresh(&test, &mut devices[0], &licensed).await, Answer::Refreshed);
        devices[0].reimage();
        assert_eq!(activate(&test, &mut devices[0], &licensed).await, Answer::ActivatedReimaged);
        assert_eq!(used(&test, &licensed).await, (2, 2));

        let list = machines::list(&test.app, &licensed.agent, licensed.line, None, 10).await.unwrap();
        assert!(list.allows_typed);
        let vault = list.machines.iter().find(|machine| machine.via == "typed").unwrap();
        assert_eq!((vault.name.as_str(), vault.version.as_str()), ("PC-vault", "–"));
        let given = machines::give_back(&test.app, &licensed.agent, licensed.line, vault.id).await.unwrap();
        assert!(matches!(given, machines::MachineState::Leaving(_)), "{given:?}: it runs on until its code ends");
        test.clock.advance(SignedDuration::from_hours(24 * 92));
        assert_eq!(activate(&test, &mut devices[2], &licensed).await, Answer::Activated);
    });
}

#[test]
fn each_wrong_request_is_named_and_counts_nothing() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let other = test.license_more(&licensed, 1).await;
        allow(&test, 90).await;
        let digits = request(&Device::new(1), &licensed, 1).to_digits();
        let mut mistyped = digits.clone().into_bytes();
        mistyped[8] = if mistyped[8] == b'9' { b'8' } else { mistyped[8] + 1 };
        let foreign_key = request(&Device::new(1), &other, 1).to_digits();
        for (text, expected) in [
            (String::from_utf8(mistyped).unwrap(), "typed_group"),
            (digits[..40].to_owned(), "typed_length"),
            (digits.replace('0', "o") + "x", "typed_length"),
            (foreign_key, "typed_other_key"),
        ] {
            let problem = ask(&test, &licensed, &text).await.unwrap_err();
            assert_eq!(
                (problem.fields[0].field.as_ref(), problem.fields[0].code),
                ("typed_request", expected),
                "{text}"
            );
        }
        assert_eq!(used(&test, &licensed).await, (0, 2));
        let viewer = test.caller(licensed.partner, &[Role::SalesAgent]).await;
        let command = Ask { line: licensed.line, request: digits.clone(), name: String::new() };
        assert_eq!(typed::issue(&test.app, &viewer, command.clone()).await.unwrap_err().code, "missing_role");
        let stranger = test.partner("Beta").await;
        let stranger = test.caller(stranger, &[Role::AdminAgent]).await;
        assert_eq!(typed::issue(&test.app, &stranger, command).await.unwrap_err().code, "not_found");
        cancel(&test, &licensed, 1, Vec::new()).await.unwrap();
        assert_eq!(ask(&test, &licensed, &digits).await.unwrap().unwrap_err().answer, Answer::KeyCancelled);
    });
}

#[test]
fn the_secret_of_a_product_is_for_those_who_set_its_rules() {
    TestApp::each(|test| async move {
        test.licensed(1).await;
        let sales = test.caller(test.operator, &[Role::OperatorSales]).await;
        let off = typed::reveal_secret(&test.app, &sales, product()).await.unwrap_err();
        assert_eq!(off.code, "typed_codes_off");
        allow(&test, 30).await;
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        assert_eq!(typed::reveal_secret(&test.app, &support, product()).await.unwrap_err().code, "missing_role");
        let kinds: Vec<_> = test.records().await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds.iter().filter(|kind| *kind == "typed_secret.revealed").count(), 1, "{kinds:?}");
    });
}
