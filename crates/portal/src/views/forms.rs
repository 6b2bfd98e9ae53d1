//! The forms of all pages, empty: names, labels, hints and which fields are required. Handlers fill and fail them.
//! Field names are what the handler reads; labels that design.md §11 fixes come from the common messages.

use super::{
    form::{Choice, Field, Form, Kind},
    frame::Link,
};

fn email(name: &str, label: &'static str) -> Field {
    Field::new(Kind::Email, name, label).required().auto("email").max(254)
}

fn password(name: &str, label: &'static str, autocomplete: &'static str) -> Field {
    Field::new(Kind::Password, name, label).required().auto(autocomplete)
}

fn number(name: &str, label: &'static str) -> Field {
    Field::new(Kind::Number, name, label).max(20)
}

/// Fields `email`, `password`.
pub fn sign_in(action: &str) -> Form {
    Form::new(action, "action-sign-in").group(
        "",
        vec![
            email("email", "field-email").auto("username").wide(),
            password("password", "field-password", "current-password").wide(),
        ],
    )
}

/// Field `password`: who is signed in proves it again.
pub fn prove(action: &str) -> Form {
    Form::new(action, "action-prove").group("", vec![password("password", "field-password", "current-password").wide()])
}

/// One box for each topic of mails, named for it.
pub fn mail_choices(action: &str, offered: &[(&'static str, bool)], back: &str, back_label: &str) -> Form {
    let fields = offered.iter().map(|(topic, wanted)| {
        let label = match *topic {
            "orders" => "mail-topic-orders",
            "cancellations" => "mail-topic-cancellations",
            "requests" => "mail-topic-requests",
            "reminders" => "mail-topic-reminders",
            _ => "mail-topic-queue",
        };
        Field::new(Kind::Check, *topic, label).value(if *wanted { "on" } else { "" }).wide()
    });
    Form::new(action, "action-save").group("", fields.collect()).back(Link::new(back, back_label))
}

/// Field `email`.
pub fn forgot_password(action: &str) -> Form {
    Form::new(action, "action-send-link").group("", vec![email("email", "field-email").wide()])
}

/// Fields `password`, `again`.
pub fn reset_password(action: &str) -> Form {
    Form::new(action, "action-set-password").group("", new_password())
}

fn new_password() -> Vec<Field> {
    vec![
        password("password", "field-new-password", "new-password").hint("hint-new-password").wide(),
        password("again", "field-new-password-again", "new-password").wide(),
    ]
}

/// Fields `name`, `password`, `again`; for a person who already has a password only a button.
pub fn accept_invitation(action: &str, new_person: bool) -> Form {
    let form = Form::new(action, "action-accept-invitation");
    if !new_person {
        return form;
    }
    let name = Field::text("name", "field-contact-name").required().auto("name").wide();
    form.group("", [vec![name], new_password()].concat())
}

/// Field `password`: the invited address belongs to somebody already.
pub fn accept_with_password(action: &str) -> Form {
    let password = password("password", "field-password", "current-password").wide();
    Form::new(action, "action-accept-invitation").group("", vec![password])
}

/// Field `domain`: a partner asks an existing customer.
pub fn invite_customer(action: &str, back: Link) -> Form {
    let domain = Field::text("domain", "field-domain").required().hint("hint-domain").max(253).wide();
    Form::new(action, "action-invite").group("", vec![domain]).back(back)
}

/// Fields `role` (hidden), `note`.
pub fn ask_for_role(action: &str, role: &str, form_token: &str) -> Form {
    let note = Field::new(Kind::Area, "note", "field-ask-note").hint("hint-ask-note").max(500).wide();
    Form::new(action, "action-ask-for-role").group("", vec![Field::hidden("role", role), note]).once(form_token)
}

/// Fields `file`.
pub fn upload_prices(action: &str, form_token: &str) -> Form {
    let mut file = Field::new(Kind::File, "file", "field-price-sheet").required().hint("hint-price-sheet").wide();
    file.accept = ".csv,.zip";
    Form::new(action, "action-upload-check").group("", vec![file]).once(form_token)
}

/// Characters of a request that a browser takes: the text of a QR code, or a file of one machine.
const REQUEST_TEXT_CHARS_MAX: usize = 2_000;

/// Fields `show_qr`, `file`.
pub fn upload_requests(action: &str, form_token: &str) -> Form {
    let mut file = Field::new(Kind::File, "file", "field-request-file").required().hint("hint-request-file").wide();
    file.accept = ".request,.txt";
    // Before the file, since fields are read up to it.
    let show = Field::new(Kind::Check, "show_qr", "field-show-qr").hint("hint-show-qr").wide();
    Form::new(action, "action-upload-requests").group("", vec![show, file]).once(form_token)
}

/// Field `request_text`.
pub fn answer_code(action: &str) -> Form {
    let request = Field::new(Kind::Area, "request_text", "field-request-text").required().hint("hint-request-text");
    Form::new(action, "action-answer-code").group("", vec![request.max(REQUEST_TEXT_CHARS_MAX).wide()])
}

/// Fields `typed_request`, `name`.
pub fn typed_request(action: &str) -> Form {
    let request = Field::text("typed_request", "field-typed-request").required().hint("hint-typed-request").wide();
    let name = Field::text("name", "field-machine-name").max(64);
    Form::new(action, "action-typed-code").group("", vec![request.max(120).auto("off"), name.auto("off")])
}

/// Fields `why`, hidden `seen`.
pub fn replace_key(action: &str, reasons: Vec<Choice>, seen: &str) -> Form {
    let why = Field::select("why", "field-replace-why", reasons).required();
    let mut form = Form::new(action, "action-replace-key").group("", vec![why, Field::hidden("seen", seen)]);
    form.danger = true;
    form
}

/// Fields `product`, `version`, `version_rank`, `language`, `bit`, `kind`, `support_end`, `file`.
pub fn upload_media(
    action: &str,
    form_token: &str,
    products: Vec<Choice>,
    bits: Vec<Choice>,
    kinds: Vec<Choice>,
) -> Form {
    let file = Field::new(Kind::File, "file", "field-media-file").required().hint("hint-media-file").wide();
    Form::new(action, "action-upload")
        .group(
            "",
            vec![
                Field::select("product", "field-product", products).required(),
                Field::text("version", "field-version").required().max(60),
                number("version_rank", "field-version-rank").required().hint("hint-version-rank"),
                Field::text("language", "field-language").required().hint("hint-language-tag").max(35),
                Field::select("bit", "field-bit", bits).required(),
                Field::select("kind", "field-file-type", kinds).required(),
                Field::new(Kind::Date, "support_end", "field-support-end"),
                file,
            ],
        )
        .once(form_token)
}

/// Fields `name`, `country`, `mpn_id`, `credit_limit`, `currency`, `admin_email`.
pub fn create_partner(
    action: &str,
    form_token: &str,
    countries: Vec<Choice>,
    currencies: Vec<Choice>,
    back: Link,
) -> Form {
    Form::new(action, "action-create-partner")
        .group(
            "legend-organisation",
            vec![
                Field::text("name", "field-organisation").required().auto("organization").wide(),
                Field::select("country", "field-country", countries).required(),
                Field::text("mpn_id", "field-mpn-id").required().max(12),
            ],
        )
        .group(
            "legend-credit",
            vec![
                number("credit_limit", "field-credit-limit").required().hint("hint-credit-limit"),
                Field::select("currency", "field-currency", currencies).required(),
            ],
        )
        .group("legend-first-admin", vec![email("admin_email", "field-email").auto("off").hint("hint-invite")])
        .once(form_token)
        .back(back)
}

/// Fields `credit_limit`, `reason`.
pub fn credit_limit(action: &str) -> Form {
    Form::new(action, "action-save")
        .group(
            "",
            vec![
                number("credit_limit", "field-credit-limit").required(),
                Field::text("reason", "field-reason").required().hint("hint-kept-in-log"),
            ],
        )
        .plain()
}

/// Fields `email`, `role`.
pub fn invite(action: &str, form_token: &str, roles: Vec<Choice>) -> Form {
    Form::new(action, "action-invite")
        .group(
            "",
            vec![
                Field::text("name", "field-contact-name").required(),
                email("email", "field-email").auto("off"),
                Field::select("role", "field-role", roles).required(),
            ],
        )
        .once(form_token)
        .plain()
}

/// Fields `person`, `grant_role`, `hours`.
pub fn grant_role(action: &str, form_token: &str, people: Vec<Choice>, roles: Vec<Choice>) -> Form {
    Form::new(action, "action-grant")
        .group(
            "",
            vec![
                Field::select("person", "field-person", people).required(),
                Field::select("grant_role", "field-role", roles).required(),
                number("hours", "field-hours").hint("hint-hours"),
            ],
        )
        .once(form_token)
        .plain()
}

/// Fields `request` (hidden), `hours-ID`: one of these stands on a page for each request.
pub fn answer_request(action: &str, request: &str, form_token: &str) -> Form {
    let hours = number("hours", "field-hours").value("8");
    let hours = Field { name: format!("hours-{request}"), ..hours };
    Form::new(action, "action-grant")
        .group("", vec![Field::hidden("request", request), hours.required()])
        .inline()
        .plain()
        .once(form_token)
}

/// Field `reason`.
pub fn suspend(action: &str, submit: &'static str) -> Form {
    let reason = Field { name: "suspend_reason".into(), ..Field::text("", "field-reason") };
    let mut form = Form::new(action, submit).group("", vec![reason.required().hint("hint-kept-in-log").wide()]).plain();
    form.danger = true;
    form
}

/// Fields `product` or hidden `seen`, `window_days`, `refund_full_hours`, `refund_total_days`, `activations_per_unit`,
/// `link_lifetime_days`, `link_uses_max`, `downgrade`; those of a product begin with `product_`.
pub fn policy(action: &str, products: Option<Vec<Choice>>) -> Form {
    let prefix = if products.is_some() { "product_" } else { "" };
    let named = |name: &str, label| {
        let field = number("", label).required();
        Field { name: format!("{prefix}{name}"), ..field }
    };
    let downgrade = Field::new(Kind::Check, format!("{prefix}downgrade"), "field-downgrade").wide();
    let mut fields: Vec<Field> =
        products.map(|list| Field::select("product", "field-product", list).required().wide()).into_iter().collect();
    fields.extend([
        named("window_days", "field-window-days").hint("hint-window-days"),
        named("activations_per_unit", "field-activations-per-unit"),
        Field { required: false, ..named("refund_full_hours", "field-refund-full-hours") }
            .hint("hint-refund-full-hours"),
        Field { required: false, ..named("refund_total_days", "field-refund-total-days") },
        named("link_lifetime_days", "field-link-lifetime-days"),
        named("link_uses_max", "field-link-uses-max"),
        downgrade,
    ]);
    if prefix.is_empty() {
        fields.push(Field::hidden("seen", ""));
    }
    Form::new(action, "action-save").group("", fields)
}

/// Fields `product`, `refresh_days`, `grace_days`, `after_grace`, `list_max_days`, `drift_period_days`,
/// `returns_per_month`, `top_up_extra`, `top_up_days`, `typed_days`, `leak_reaction`, `leak_attempts`, `leak_networks`,
/// `leak_pause_hours`.
pub fn activation_rules(action: &str, products: Vec<Choice>, after_grace: Vec<Choice>, reactions: Vec<Choice>) -> Form {
    let optional = |name: &str, label| Field { required: false, ..number(name, label) };
    Form::new(action, "action-save")
        .group(
            "rules-certificates",
            vec![
                Field::select("product", "field-product", products).required().wide(),
                number("refresh_days", "field-refresh-days").required().hint("hint-refresh-days"),
                number("grace_days", "field-grace-days").required().hint("hint-grace-days"),
                Field::select("after_grace", "field-after-grace", after_grace).required(),
                number("list_max_days", "field-list-max-days").required().hint("hint-list-max-days"),
            ],
        )
        .group(
            "rules-machines",
            vec![
                number("drift_period_days", "field-drift-days").required().hint("hint-drift-days"),
                number("returns_per_month", "field-returns-per-month").required(),
                optional("top_up_extra", "field-top-up-extra").hint("hint-top-up"),
                optional("top_up_days", "field-top-up-days"),
                optional("typed_days", "field-typed-days").hint("hint-typed-days"),
            ],
        )
        .group(
            "rules-leaks",
            vec![
                Field::select("leak_reaction", "field-leak-reaction", reactions).required(),
                number("leak_attempts", "field-leak-attempts").required().hint("hint-leak-attempts"),
                number("leak_networks", "field-leak-networks").required().hint("hint-leak-networks"),
                number("leak_pause_hours", "field-leak-pause-hours").required(),
            ],
        )
}

/// Fields `country`, `class`, `rate`, `from`.
pub fn tax_rate(action: &str, form_token: &str, countries: Vec<Choice>, classes: Vec<Choice>) -> Form {
    Form::new(action, "action-add")
        .group(
            "",
            vec![
                Field::select("country", "field-country", countries).required(),
                Field::select("class", "field-tax-class", classes).required(),
                number("rate", "field-rate").required().hint("hint-rate"),
                Field::new(Kind::Date, "from", "field-valid-from").required(),
            ],
        )
        .once(form_token)
}

fn customer_organisation(segments: Vec<Choice>) -> Vec<Field> {
    vec![
        Field::text("vat_id", "field-vat-id").hint("hint-vat-id").max(20),
        Field::text("registration_number", "field-registration-number").hint("hint-by-country").max(40),
        Field::select("segment", "field-segment", segments).required(),
        email("email", "field-email").auto("off").hint("hint-bills"),
        Field::new(Kind::Tel, "phone", "field-contact-phone").max(40),
    ]
}

fn customer_address() -> Vec<Field> {
    vec![
        Field::text("line1", "field-address-line1").required(),
        Field::text("line2", "field-address-line2"),
        Field::text("city", "field-city"),
        Field::text("postal_code", "field-postal-code").hint("hint-by-country").max(20),
        Field::text("state", "field-region").hint("hint-by-country"),
    ]
}

/// Fields of a new customer: `name`, `domain`, `vat_id`, `registration_number`, `segment`, `email`, `phone`, `country`,
/// `line1`, `line2`, `city`, `postal_code`, `state`, `admin_email`.
pub fn create_customer(
    action: &str,
    form_token: &str,
    countries: Vec<Choice>,
    segments: Vec<Choice>,
    back: Link,
) -> Form {
    let named = vec![
        Field::text("name", "field-organisation").required().auto("off").wide(),
        Field::text("domain", "field-domain").required().hint("hint-domain").max(253),
    ];
    let country = vec![Field::select("country", "field-country", countries).required()];
    Form::new(action, "action-create-customer")
        .group("legend-organisation", [named, customer_organisation(segments)].concat())
        .group("legend-address", [country, customer_address()].concat())
        .group("legend-first-admin", vec![email("admin_email", "field-email").auto("off").hint("hint-invite")])
        .once(form_token)
        .back(back)
}

/// Fields of a customer that may be edited: those of a new one but `domain`, `country` and `admin_email`.
pub fn edit_customer(action: &str, segments: Vec<Choice>, back: Link) -> Form {
    let named = vec![Field::text("name", "field-organisation").required().auto("off").wide()];
    Form::new(action, "action-save")
        .group("legend-organisation", [named, customer_organisation(segments)].concat())
        .group("legend-address", customer_address())
        .back(back)
}

/// Fields `agreed_name`, `agreed_email`, `agreed_phone`, `agreed_on`.
pub fn agreement(action: &str, form_token: &str) -> Form {
    Form::new(action, "action-record-agreement")
        .group(
            "",
            vec![
                Field::text("agreed_name", "field-agreed-name").required(),
                email("agreed_email", "field-email").auto("off"),
                Field::new(Kind::Tel, "agreed_phone", "field-contact-phone").max(40),
                Field::new(Kind::Date, "agreed_on", "field-agreed-on").required(),
            ],
        )
        .once(form_token)
}

/// Only a button, besides `cart_version` (hidden).
pub fn place_order(action: &str, form_token: &str, cart_version: &str) -> Form {
    Form::new(action, "action-place-order")
        .group("", vec![Field::hidden("cart_version", cart_version)])
        .once(form_token)
}

/// Fields `recipient`, `days`, `uses`, `password`, and the hidden `media`. Defaults: 14 days, 50 downloads.
pub fn copy_link(action: &str, form_token: &str, media: &str) -> Form {
    let mut form = Form::new(action, "action-copy-link")
        .group(
            "",
            vec![
                Field::hidden("media", media),
                Field::text("recipient", "field-recipient").hint("hint-recipient").auto("off").wide(),
                number("days", "field-link-days").required().value("14"),
                number("uses", "field-link-uses").required().value("50"),
                Field::new(Kind::Password, "password", "field-link-password")
                    .hint("hint-link-password")
                    .auto("new-password")
                    .wide(),
            ],
        )
        .once(form_token);
    form.dialog = "#link-made";
    form.plain()
}

/// The request that *Cancel* opens (M31, M34–M39): `problem_type`, `impact`, `title`, `customer`, `order`, `reason`,
/// `amount`, `text`, `contact_name`, `contact_email`, `contact_phone`, `files`.
pub fn cancel_request(action: &str, form_token: &str, types: Vec<Choice>, impacts: Vec<Choice>) -> Form {
    Form::new(action, "action-submit")
        .group(
            "legend-details",
            vec![
                Field::select("problem_type", "field-problem-type", types).required().wide(),
                Field::select("impact", "field-impact", impacts).required(),
                Field::text("title", "field-title").required(),
            ],
        )
        .group(
            "legend-description",
            vec![
                Field::text("customer", "field-customer-ref").required().max(253),
                Field::text("order", "field-order-ref").required().max(80),
                Field::text("reason", "field-refund-reason").required().hint("hint-refund-reason").wide(),
                number("amount", "field-refund-amount").required().hint("hint-refund-amount"),
                Field::new(Kind::Area, "text", "field-free-text").max(4000).wide(),
            ],
        )
        .group(
            "legend-contact",
            vec![
                Field::text("contact_name", "field-contact-name").required().auto("name"),
                email("contact_email", "field-contact-email"),
                Field::new(Kind::Tel, "contact_phone", "field-contact-phone").required().auto("tel").max(40),
            ],
        )
        .group("legend-files", vec![Field::new(Kind::Files, "files", "field-files").hint("hint-files").wide()])
        .once(form_token)
}

/// Starts the download of a link; `password` only where the link has one.
pub fn start_download(action: &str, with_password: bool) -> Form {
    let form = Form::new(action, "action-start-download");
    if with_password { form.group("", vec![password("password", "field-password", "off").wide()]) } else { form }
}
