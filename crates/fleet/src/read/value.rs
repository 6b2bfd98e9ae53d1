//! Labels in a language that nobody here knows: values are recognised by their form instead.

use super::build::{guid, minutes_and_days};
use super::field::Field;
use crate::channel::Channel;
use crate::product::Application;

/// What a value under an unknown label is, if its form says so. `is_indented` lines belong to the block
/// about the key host.
pub fn field_by_value(value: &str, is_indented: bool) -> Option<Field> {
    let value = value.trim();
    if Channel::is_description(value) {
        return Some(Field::Description);
    }
    if is_installation_id(value) || is_extended_pid(value) {
        return Some(Field::Ignored);
    }
    if let Some(id) = guid(value) {
        return Some(match Application::from_id(&id) {
            Application::Unknown if is_indented => Field::Cmid,
            Application::Unknown => Field::ActivationId,
            _ => Field::ApplicationId,
        });
    }
    if value.contains(':') && Channel::from_key_channel(value) != Channel::Unknown && !value.contains(' ') {
        return Some(Field::Channel);
    }
    if value.len() == 5
        && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_uppercase())
    {
        return Some(Field::PartialKey);
    }
    if let Some((minutes, days)) = minutes_and_days(value) {
        return ((minutes / 1440).abs_diff(days) <= 1).then_some(Field::RemainingMinutes);
    }
    if value.starts_with("0x")
        && value.get(2..10).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        return Some(Field::Reason);
    }
    if !is_indented && is_service_version(value) {
        return Some(Field::ServiceVersion);
    }
    if is_host_with_port(value) {
        return Some(Field::KmsHost);
    }
    let is_name = (value.starts_with("Windows") || value.starts_with("Office ")) && value.contains(',');
    is_name.then_some(Field::Name)
}

/// 54 or 63 digits, grouped or not.
fn is_installation_id(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    matches!(digits, 54 | 63) && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// `03612-00000-000-000000-03-1033-19045.0000-1502024`
fn is_extended_pid(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    parts.len() == 8
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
        && (parts[0].len(), parts[1].len(), parts[2].len(), parts[3].len()) == (5, 5, 3, 6)
}

/// `10.0.19041.4170` or `6.1.7601.17514`
fn is_service_version(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    matches!(parts.as_slice(), ["6" | "10", minor, build, ..] if minor.len() == 1 && matches!(build.len(), 4 | 5))
        && parts.len() <= 4
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_host_with_port(value: &str) -> bool {
    let Some((host, port)) = value.rsplit_once(':') else { return false };
    (2..=5).contains(&port.len())
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && host.contains('.')
        && host.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_by_their_form() {
        let check = |value: &str, field| assert_eq!(field_by_value(value, false), field, "{value}");
        check("Windows(R) Operating System, VOLUME_KMSCLIENT channel", Some(Field::Description));
        check("55c92734-d682-4d71-983e-d6ec3f16059f", Some(Field::ApplicationId));
        check("11111111-2222-4333-8444-555555555501", Some(Field::ActivationId));
        check("526018415908360166136186091639099640308244628194282199345181905", Some(Field::Ignored));
        check("03612-00000-000-000000-03-1033-19045.0000-1502024", Some(Field::Ignored));
        check("Volume:GVLK", Some(Field::Channel));
        check("FKE01", Some(Field::PartialKey));
        check("10080", None);
        check("98765 Minute(n) (69 Tag(e))", Some(Field::RemainingMinutes));
        check("98765 Minute(n) (3 Tag(e))", None);
        check("0xC004F009 (…)", Some(Field::Reason));
        check("kms01.corp.example:1688", Some(Field::KmsHost));
        check("Windows(R), Enterprise edition", Some(Field::Name));
        check("10.0.19041.4170", Some(Field::ServiceVersion));
        check("10.0.0.1", None);
        check("Lizenziert", None);
        assert_eq!(field_by_value("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0001", true), Some(Field::Cmid));
    }
}
