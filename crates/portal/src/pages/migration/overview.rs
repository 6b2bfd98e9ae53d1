//! How the fleet stands, and what switching the key host off on another day would do (M22–M24, M26).

use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use perpetua_app::fleet::{self, DayCount, MachineState, Risk, Summary, WhatIf};
use perpetua_app::{App, Problem};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::At;
use super::wording::{coded, count_of, counted, day};
use crate::shell::{self, Answer};
use crate::views::form::{Field, Kind};
use crate::views::frame::{Link, Tone};
use crate::views::migration::{Notice, Overview, StateRow, WhatIf as WhatIfView};
use crate::views::parts::Figure;
use crate::views::timeline::{Bar, Mark, ScaleLine, Timeline};

/// Bars of the timeline; longer times get longer periods.
const BARS_MAX: i32 = 40;
/// Days that the slider reaches.
const SLIDER_DAYS: u32 = 365;

pub async fn page(at: At) -> Answer {
    let app = &at.visitor.site.app;
    let summary = fleet::summary(app, &at.caller, at.customer).await?;
    let tried: Option<Date> = at.query().get("off").parse().ok();
    let what_if = match tried {
        Some(tried) if summary.machines > 0 => {
            Some(fleet::what_if(app, &at.caller, at.customer, Some(tried), None).await?)
        }
        _ => None,
    };
    let today = today(app);
    let shown = Shown { summary: &summary, tried: tried.zip(what_if.as_ref()), today };
    shell::page(&shown.view(&at).await?)
}

/// The present day in UTC, in which leases are counted.
pub fn today(app: &App) -> Date {
    // Leases are no affair of anybody's zone: whole days since 1970, as machines' clocks count them.
    let days = app.clock.now().as_second().div_euclid(24 * 60 * 60);
    date(1970, 1, 1).saturating_add(days.days())
}

struct Shown<'a> {
    summary: &'a Summary,
    /// A day that is tried, with its effect.
    tried: Option<(Date, &'a WhatIf)>,
    today: Date,
}

impl Shown<'_> {
    fn ends(&self) -> &[DayCount] {
        self.tried.map_or(&self.summary.ends, |(_, what_if)| &what_if.ends)
    }

    fn risks(&self) -> &[(Risk, i64)] {
        self.tried.map_or(&self.summary.risks, |(_, what_if)| &what_if.risks)
    }

    fn safe_until(&self) -> Option<Date> {
        self.tried.map_or(self.summary.safe_until, |(_, what_if)| what_if.safe_until)
    }

    fn switch_off(&self) -> Date {
        self.tried.map(|(day, _)| day).or(self.summary.switch_off).unwrap_or(self.today)
    }

    async fn view(&self, at: &At) -> Result<Overview, Problem> {
        let lang = at.lang();
        let is_empty = self.summary.machines == 0;
        Ok(Overview {
            t: at.frame(None).await?,
            head: at.head("migration-overview"),
            start: is_empty.then(|| at.start(self.summary.may.edit)),
            notices: self.notices(at),
            figures: self.figures(lang),
            what_if: (!is_empty).then(|| self.what_if(at)),
            chart: self.chart(lang),
            states: self.states(at),
        })
    }

    fn notices(&self, at: &At) -> Vec<Notice> {
        let lang = at.lang();
        let summary = self.summary;
        let mut notices = Vec::new();
        if let Some(alarm) = &summary.alarm {
            let id = if alarm.days_left < 0 { "migration-alarm-gone" } else { "migration-alarm" };
            let args = Args::new()
                .num("count", alarm.machines)
                .num("days", alarm.days_left)
                .set("day", format::date(lang, alarm.day));
            let tone = if alarm.threshold <= 14 { Tone::Bad } else { Tone::Warn };
            notices.push(Notice::new(tone, text_with(lang, id, &args)));
        }
        let overdue = count_of(&summary.risks, &Risk::Overdue);
        if overdue > 0 {
            let link = Link::new(at.path("/machines?risk=overdue"), text(lang, "action-show"));
            let notice = Notice::new(Tone::Bad, counted(lang, "migration-overdue", overdue));
            notices.push(Notice { link: Some(link), ..notice });
        }
        if summary.stale > 0 {
            notices.push(Notice::new(Tone::Warn, counted(lang, "fleet-stale", summary.stale)));
        }
        if summary.machines > 0 && summary.planned_at.is_none() && summary.may.edit {
            let link = Link::new(at.path("/waves"), text(lang, "migration-plan-now"));
            notices.push(Notice {
                link: Some(link),
                ..Notice::new(Tone::Accent, text(lang, "migration-no-plan").into_owned())
            });
        }
        notices
    }

    fn figures(&self, lang: Lang) -> Vec<Figure> {
        let summary = self.summary;
        let state = |state| count_of(&summary.states, &state);
        let moved = state(MachineState::Moved);
        let concerned = summary.machines - state(MachineState::Unaffected);
        let at_risk = count_of(self.risks(), &Risk::Overdue) + count_of(self.risks(), &Risk::Urgent);
        let safe = self.safe_until();
        let left = safe.map(|safe| safe.since(self.today).map_or(0, |span| i64::from(span.get_days())));
        vec![
            Figure::new(
                "migration-machines",
                format::number(lang, summary.machines),
                match state(MachineState::Unaffected) {
                    0 => String::new(),
                    unaffected => counted(lang, "migration-unaffected", unaffected),
                },
            ),
            Figure::new(
                "migration-moved",
                format::number(lang, moved),
                counted(lang, "migration-of-machines", concerned),
            ),
            Figure::new("migration-at-risk", format::number(lang, at_risk), text(lang, "migration-at-risk-note")),
            Figure::new(
                "migration-safe-until",
                day(lang, safe),
                match left {
                    Some(left) if left < 0 => counted(lang, "migration-days-ago", -left),
                    Some(left) => counted(lang, "migration-days-left", left),
                    None => String::new(),
                },
            ),
        ]
    }

    fn what_if(&self, at: &At) -> WhatIfView {
        let lang = at.lang();
        let off = self.switch_off();
        let ahead = off.since(self.today).map_or(0, |span| i64::from(span.get_days()));
        let keep = Link::new(at.path(&format!("/waves?off={off}")), text(lang, "migration-keep-day"));
        WhatIfView {
            action: at.path(""),
            day: Field::new(Kind::Date, "off", "migration-switch-off").value(off.to_string()),
            sentences: self.sentences(lang),
            days_max: SLIDER_DAYS,
            days: ahead.clamp(0, i64::from(SLIDER_DAYS)),
            today: self.today.to_string(),
            clear: self.tried.map(|_| Link::new(at.path(""), text(lang, "migration-drop-day"))),
            keep: self.tried.filter(|_| self.summary.may.edit).map(|_| keep),
        }
    }

    fn sentences(&self, lang: Lang) -> Vec<String> {
        let summary = self.summary;
        let Some((tried, what_if)) = self.tried else {
            let id = if summary.switch_off.is_some() { "migration-assumes" } else { "migration-assumes-now" };
            let args = Args::new()
                .set("day", format::date(lang, self.switch_off()))
                .num("days", i64::from(summary.reserve_days));
            return vec![text_with(lang, id, &args), text(lang, "fleet-effect").into_owned()];
        };
        let day_text = |day: Option<Date>| day.map_or_else(|| "–".to_owned(), |day| format::date(lang, day));
        let args = Args::new()
            .set("off", format::date(lang, tried))
            .set("safe", day_text(what_if.safe_until))
            .set("end", day_text(what_if.first_end))
            .set("before", day_text(summary.safe_until));
        let id = if what_if.safe_until.is_some() { "migration-tried" } else { "migration-tried-none" };
        vec![text_with(lang, id, &args)]
    }

    fn chart(&self, lang: Lang) -> Option<Timeline> {
        let (ends, moves) = (self.ends(), self.summary.waves.as_slice());
        let off = self.switch_off();
        let days = ends.iter().chain(moves).map(|count| count.day);
        let first = days.clone().min()?.min(self.today);
        let last = days.max()?.max(self.today);
        let length = first.until(last).ok()?.get_days() + 1;
        let period = (length + BARS_MAX - 1).div_euclid(BARS_MAX).max(7);
        let sum = |counts: &[DayCount], from: Date, to: Date| -> u64 {
            let inside = counts.iter().filter(|count| count.day >= from && count.day < to);
            inside.map(|count| u64::try_from(count.machines).unwrap_or(0)).sum()
        };
        let mut bars = Vec::new();
        let mut from = first;
        while from <= last {
            let to = from.checked_add(period.days()).ok()?;
            bars.push(Bar {
                short: short(lang, from),
                label: format::date(lang, from),
                ends: sum(ends, from, to),
                moves: sum(moves, from, to),
            });
            from = to;
        }
        let whole = i64::from(period) * i64::try_from(bars.len()).ok()?;
        let mark = |at: Date, id: &str| -> Option<Mark> {
            let ahead = i64::from(first.until(at).ok()?.get_days());
            let is_inside = (0..=whole).contains(&ahead);
            is_inside.then(|| Mark {
                at: u64::try_from(ahead * 1000 / whole.max(1)).unwrap_or(0),
                label: text(lang, id).into_owned(),
            })
        };
        let mut marks = vec![mark(self.today, "migration-today")];
        if off != self.today {
            marks.push(mark(off, "migration-switch-off-short"));
        }
        marks.push(self.safe_until().and_then(|safe| mark(safe, "migration-safe-until")));
        let scale = Timeline::scale_of(Timeline::most(&bars)).into_iter();
        let line = |value: u64| ScaleLine { value, text: format::number(lang, i64::try_from(value).unwrap_or(0)) };
        let args = Args::new()
            .num("ends", ends.iter().map(|count| count.machines).sum::<i64>())
            .num("moves", moves.iter().map(|count| count.machines).sum::<i64>())
            .set("from", format::date(lang, first))
            .set("to", format::date(lang, last));
        Some(Timeline {
            summary: text_with(lang, "migration-timeline-summary", &args),
            scale: scale.map(line).collect(),
            marks: marks.into_iter().flatten().collect(),
            bars,
        })
    }

    fn states(&self, at: &At) -> Vec<StateRow> {
        let lang = at.lang();
        let row = |family: &str, word: &str, count: i64| StateRow {
            label: coded(lang, family, word),
            count: format::number(lang, count),
            href: at.path(&format!("/machines?{family}={word}")),
            note: coded(lang, &format!("{family}-note"), word),
        };
        let risks = Risk::ALL.iter().filter(|risk| **risk != Risk::None);
        let risks = risks.map(|risk| (count_of(self.risks(), risk), "risk", risk.as_text()));
        let states = MachineState::ALL.iter();
        let states = states.map(|state| (count_of(&self.summary.states, state), "state", state.as_text()));
        let shown = risks.chain(states).filter(|(count, ..)| *count > 0);
        shown.map(|(count, family, word)| row(family, word, count)).collect()
    }
}

/// A day without its year, for an axis.
fn short(lang: Lang, day: Date) -> String {
    match lang {
        Lang::En => format!("{} {}", day.day(), day.strftime("%b")),
        Lang::Cs => format!("{}. {}.", day.day(), day.month()),
    }
}
