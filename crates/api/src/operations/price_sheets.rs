//! Price sheets as files (contract 20, P-16), at an address in the manner of `OData`.

use perpetua_app::price_list::{self, Timeline};
use perpetua_domain::country::Country;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::word::{Words, folded, same};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Current,
    History,
    Future,
}

const LINES: Words<Line> =
    Words(&[("current", Some(Line::Current)), ("history", Some(Line::History)), ("future", Some(Line::Future))]);

/// Views with our prices in them: clients that know only the views of licenses ask for the second one.
const FULL_VIEWS: [&str; 2] = ["software", "updatedlicensebased"];
/// Views that are known and hold nothing of ours.
const EMPTY_VIEWS: [&str; 5] =
    ["licensebasedest", "licensebasedeos", "marketplace", "azureconsumption", "azurereservations"];

/// The operations.
pub fn rows() -> Vec<Operation> {
    // The right is asked for by the use case, because who lacks it gets a code of its own here.
    vec![
        Operation::get("P-16", "/v1.0/sales/{sheet}/$value", handler!(download))
            .says("A price sheet: {sheet} is pricesheets(Market='US',PricesheetView='software'); CSV, or a ZIP archive")
            .asks("timeline", "current, future or history")
            .asks("month", "YYYYMM, with history")
            .sends("application/octet-stream"),
    ]
}

async fn download(call: Call) -> Result<Answer, Fault> {
    let unknown = || Fault::not_supported("GET", &call.path);
    let (market, view) = sheet(call.params.get("sheet")).ok_or_else(unknown)?;
    let view = folded(&view);
    let with_rows = FULL_VIEWS.contains(&view.as_str());
    if !with_rows && !EMPTY_VIEWS.contains(&view.as_str()) {
        return Err(Fault::not_found());
    }
    let market = Country::parse(&market.to_ascii_uppercase()).ok_or_else(Fault::not_found)?;
    let timeline = timeline(&call)?;
    // A client that says it can inflate unpacks the archive itself; the answer says nothing of an encoding.
    let zipped = call.header("accept-encoding").to_ascii_lowercase().contains("deflate");
    let file = price_list::file(call.app(), &call.caller, market, timeline, with_rows, zipped).await;
    let denied = file.as_ref().is_err_and(|problem| matches!(problem.code, "missing_role" | "app_right_missing"));
    match file.about(Family::Other) {
        Ok(bytes) => {
            Ok(Answer::File { content_type: "application/octet-stream", name: "pricesheet".to_owned(), bytes })
        }
        Err(_) if denied => Err(Fault::of(codes::PRICES_NOT_GRANTED)),
        Err(fault) => Err(fault),
    }
}

fn timeline(call: &Call) -> Result<Timeline, Fault> {
    Ok(match call.query.enum_word("timeline", &LINES)?.unwrap_or(Line::Current) {
        Line::Current => Timeline::Current,
        Line::Future => Timeline::Future,
        Line::History => {
            let text = call.query.text("month")?.map(str::trim);
            let text = text.ok_or_else(|| Fault::invalid_property("month", Reason::Missing))?;
            month(text).ok_or_else(|| Fault::invalid_property("month", Reason::Form))?
        }
    })
}

/// `YYYYMM`.
fn month(text: &str) -> Option<Timeline> {
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Timeline::Month { year: text.get(..4)?.parse().ok()?, month: text.get(4..)?.parse().ok()? })
}

/// Market and view of `pricesheets(Market='US',PricesheetView='software')`, in any case and order.
fn sheet(segment: &str) -> Option<(String, String)> {
    let (name, rest) = segment.split_once('(')?;
    let arguments = rest.trim_end().strip_suffix(')')?;
    if !same(name.trim(), "pricesheets") {
        return None;
    }
    let (mut market, mut view) = (None, None);
    for argument in arguments.split(',') {
        let (name, value) = argument.split_once('=')?;
        let value = value.trim().trim_matches(['\'', '"']).to_owned();
        if same(name.trim(), "Market") {
            market = Some(value);
        } else if same(name.trim(), "PricesheetView") {
            view = Some(value);
        }
    }
    Some((market?, view?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_named_in_any_case_and_order() {
        let expected = Some(("US".to_owned(), "software".to_owned()));
        for name in [
            "pricesheets(Market='US',PricesheetView='software')",
            "PriceSheets( pricesheetview = 'software' , market='US')",
            "pricesheets(Market=US,PricesheetView=software)",
        ] {
            assert_eq!(sheet(name), expected, "{name}");
        }
        for name in ["pricesheets", "pricesheets(Market='US')", "offermatrix(Month='202601')", "pricesheets()"] {
            assert_eq!(sheet(name), None, "{name}");
        }
    }

    #[test]
    fn a_month_has_six_digits() {
        assert_eq!(month("202611"), Some(Timeline::Month { year: 2026, month: 11 }));
        for text in ["2026-1", "20261", "2026111", ""] {
            assert_eq!(month(text), None, "{text}");
        }
    }
}
