//! Inventories: pasted or uploaded, and what became of each piece (M22).

use axum::extract::{Request, State};
use perpetua_app::fleet::{self, Encoding, Field as Column, FileView, ImportView, UploadedFile, VerdictView, field_of};
use perpetua_app::{FormKey, Kind, Problem};
use perpetua_domain::fleet::VerdictKind;
use perpetua_domain::id::FleetImportId;
use perpetua_http::{FormData, SiteState, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::wording::{coded, counted, listed};
use super::{At, wording};
use crate::shell::{self, Answer, fail_form, go, page_with};
use crate::upload::{self, Limit};
use crate::views::form::{Choice, Form};
use crate::views::frame::{Link, Tone};
use crate::views::migration::{EarlierUpload, FileRow, Notice, Upload, VerdictPart, VerdictRow, Verdicts, forms};
use crate::views::parts::Figure;

/// How a paste is named in verdicts.
const PASTE: &str = "paste.txt";
/// Files of one upload that are listed.
const FILES_SHOWN: usize = 50;

pub async fn page(at: At) -> Answer {
    shell::page(&view(&at).await?)
}

async fn view(at: &At) -> Result<Upload, Problem> {
    let app = &at.visitor.site.app;
    let may_edit = fleet::summary(app, &at.caller, at.customer).await?.may.edit;
    let earlier = fleet::imports(app, &at.caller, at.customer).await?;
    Ok(Upload {
        t: at.frame(Some(text(at.lang(), "migration-upload").into_owned())).await?,
        head: at.head("migration-upload"),
        form: may_edit.then(|| form(at)),
        start: at.start(false),
        earlier: earlier.iter().map(|import| earlier_row(at, import)).collect(),
    })
}

fn form(at: &At) -> Form {
    let lang = at.lang();
    let mut encodings = vec![Choice::new("", text(lang, "migration-encoding-auto"))];
    encodings.extend(
        Encoding::ALL.iter().map(|encoding| Choice::new(encoding.as_text(), encoding_name(encoding.as_text()))),
    );
    forms::upload(&at.path("/upload"), &at.visitor.form_token(), encodings)
}

/// The name of an encoding, which is the same in every language.
fn encoding_name(code: &str) -> String {
    match code {
        "utf8" => "UTF-8".to_owned(),
        "utf16le" | "utf16be" => code.replacen("utf16", "UTF-16 ", 1).to_uppercase(),
        code => code.replacen("windows", "Windows ", 1).replacen("cp", "CP ", 1),
    }
}

fn earlier_row(at: &At, import: &ImportView) -> EarlierUpload {
    let lang = at.lang();
    let files: Vec<&str> = import.files.iter().take(3).map(|file| file.name.as_str()).collect();
    let rest = import.files.len().saturating_sub(files.len());
    let args = Args::new()
        .num("read", import.records - import.doubtful)
        .num("doubt", import.doubtful)
        .num("unread", import.unread);
    EarlierUpload {
        when: wording::at(lang, import.at),
        by: import.by.clone(),
        files: if rest > 0 {
            format!("{} {}", files.join(", "), counted(lang, "fleet-more", i64::try_from(rest).unwrap_or(i64::MAX)))
        } else {
            files.join(", ")
        },
        machines: format::number(lang, import.records),
        verdict: text_with(lang, "migration-verdict-short", &args),
        href: at.path(&format!("/upload/{}", import.id)),
    }
}

pub async fn receive(at: At, State(site): State<SiteState>, request: Request) -> Answer {
    let limit = Limit { paste: "text", bytes_max: fleet::UPLOAD_BYTES_MAX };
    let (fields, sent) = upload::open_all(&at.visitor, &site, request, limit).await?;
    let taken = match sent {
        Ok(sent) => take(&at, &fields, sent).await,
        Err(problem) => Err(problem),
    };
    match taken {
        Ok(import) => go(&at.path(&format!("/upload/{import}?done=inventory-read"))),
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            let mut view = view(&at).await?;
            if let Some(form) = &mut view.form {
                fail_form(at.lang(), form, &fields, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn take(at: &At, fields: &FormData, sent: Vec<(String, Vec<u8>)>) -> Result<FleetImportId, Problem> {
    let named = |(name, bytes): (String, Vec<u8>)| UploadedFile {
        name: if name.is_empty() { PASTE.to_owned() } else { name },
        bytes,
    };
    let upload = fleet::Upload {
        files: sent.into_iter().map(named).collect(),
        columns: columns(fields.get("columns"))?,
        encoding: Encoding::parse(fields.get("encoding")),
        form: FormKey::new(&at.caller, "fleet.uploaded", fields.get("form_token")),
    };
    Ok(fleet::upload(&at.visitor.site.app, &at.caller, at.customer, upload).await?.id)
}

/// `HEADER=FIELD, HEADER=FIELD` as columns.
fn columns(typed: &str) -> Result<Vec<(String, Column)>, Problem> {
    let pairs = typed.split([',', ';']).map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (header, field) = pair.split_once('=')?;
            Some((header.trim().to_owned(), field_of(field)?))
        })
        .map(|pair| pair.ok_or_else(|| Problem::field("columns", "fleet_column_pairs")))
        .collect()
}

pub async fn verdicts(at: At) -> Answer {
    let import: FleetImportId = at.id("import")?;
    let app = &at.visitor.site.app;
    let lang = at.lang();
    let found = fleet::import(app, &at.caller, at.customer, import).await?;
    let may_edit = fleet::summary(app, &at.caller, at.customer).await?.may.edit;
    let query = at.query();
    let only = VerdictKind::parse(query.get("kind"));
    let after = query.get("after").parse().ok();
    let mut parts = Vec::new();
    for kind in [VerdictKind::Unread, VerdictKind::Doubt, VerdictKind::Read] {
        if only.is_some_and(|only| only != kind) {
            continue;
        }
        let (rows, next) = fleet::verdicts(app, &at.caller, at.customer, import, Some(kind), after).await?;
        if !rows.is_empty() {
            let more = |next| at.path(&format!("/upload/{import}?kind={kind}&after={next}"));
            parts.push(VerdictPart {
                heading: heading(kind),
                rows: rows.iter().map(|row| verdict_row(lang, row)).collect(),
                next: next.map(|next| Link::new(more(next), text(lang, "action-next"))),
            });
        }
    }
    shell::page(&Verdicts {
        t: at.frame(Some(text(lang, "migration-verdicts").into_owned())).await?,
        head: at.head("migration-upload"),
        notices: notices(lang, &found),
        figures: figures(lang, &found),
        parts,
        files: found.files.iter().take(FILES_SHOWN).map(|file| file_row(lang, file)).collect(),
        next: Link::new(at.path(""), text(lang, "migration-see-forecast")),
        again: may_edit.then(|| Link::new(at.path("/upload"), text(lang, "migration-upload-more"))),
    })
}

fn heading(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Read => "migration-read-well",
        VerdictKind::Doubt => "migration-read-doubt",
        VerdictKind::Unread => "migration-unread",
    }
}

fn verdict_row(lang: Lang, row: &VerdictView) -> VerdictRow {
    let mut why = listed(lang, "doubt", row.doubts.iter().map(|doubt| doubt.as_text()));
    if let Some(failure) = &row.failure {
        // The sentence of the command line names one of its options.
        why = match failure.as_text() {
            "columns_unknown" => text(lang, "migration-columns-unknown").into_owned(),
            code => coded(lang, "failure", code),
        };
    }
    if !row.detail.is_empty() {
        why = format!("{why} ({})", row.detail);
    }
    VerdictRow {
        machine: row.machine.clone(),
        place: if row.line > 0 {
            text_with(lang, "fleet-place", &Args::new().set("file", &row.file).num("line", row.line))
        } else {
            row.file.clone()
        },
        why,
    }
}

fn notices(lang: Lang, found: &ImportView) -> Vec<Notice> {
    let mut notices = Vec::new();
    if found.masked_keys > 0 {
        notices.push(Notice::new(Tone::Bad, counted(lang, "migration-keys-masked", found.masked_keys)));
    }
    if found.machines_moved > 0 {
        notices.push(Notice::new(Tone::Good, counted(lang, "migration-found-moved", found.machines_moved)));
    }
    notices
}

fn figures(lang: Lang, found: &ImportView) -> Vec<Figure> {
    let number = |label, value, note: String| Figure::new(label, format::number(lang, value), note);
    let new = counted(lang, "migration-new-machines", found.machines_new);
    let changed = counted(lang, "migration-changed-machines", found.machines_changed);
    vec![
        number("migration-read-well", found.records - found.doubtful, format!("{new}, {changed}")),
        number("migration-read-doubt", found.doubtful, text(lang, "migration-read-doubt-note").into_owned()),
        number("migration-unread", found.unread, text(lang, "migration-unread-note").into_owned()),
    ]
}

fn file_row(lang: Lang, file: &FileView) -> FileRow {
    let count = |value: usize| format::number(lang, i64::try_from(value).unwrap_or(i64::MAX));
    let mut notes = Vec::new();
    if !file.doubts.is_empty() {
        notes.push(listed(lang, "doubt", file.doubts.iter().map(|doubt| doubt.as_text())));
    }
    if !file.ignored.is_empty() {
        let names = file.ignored.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
        notes.push(text_with(lang, "fleet-ignored", &Args::new().set("names", names)));
    }
    FileRow {
        file: file.name.clone(),
        formats: listed(lang, "format", file.formats.iter().map(|format| format.as_text())),
        encoding: file.encoding.as_deref().map_or_else(|| "–".to_owned(), encoding_name),
        machines: count(file.records),
        unread: count(file.unread),
        notes: notes.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_assigned_by_pairs_and_an_unknown_field_is_named() {
        assert_eq!(columns("Stanice=host_name, Zbytek = remaining_minutes").unwrap().len(), 2);
        assert!(columns("").unwrap().is_empty());
        for wrong in ["Stanice", "Stanice=shoe size"] {
            assert_eq!(columns(wrong).unwrap_err().fields[0].field, "columns");
        }
    }

    #[test]
    fn encodings_bear_the_names_that_people_know() {
        let named = ["utf8", "utf16le", "cp852", "windows1250"].map(encoding_name);
        assert_eq!(named, ["UTF-8", "UTF-16 LE", "CP 852", "Windows 1250"]);
    }
}
