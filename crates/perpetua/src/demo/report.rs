//! What the demo says when it is ready: a table for people, or one line of JSON for programs.

use std::io::Write as _;

use perpetua_domain::access::TenantKind;
use serde_json::{Value, json};

use super::people::{Member, User};
use super::world::World;

/// Prints where to go and who may sign in.
pub fn print(url: &str, world: &World, as_json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(out, "{}", line(url, world))?;
    } else {
        write!(out, "{}", table(url, world))?;
    }
    out.flush()
}

fn line(url: &str, world: &World) -> Value {
    let of = |kind: TenantKind| world.members.iter().filter(move |member| member.kind == kind);
    let operator: Vec<&User> = of(TenantKind::Operator).flat_map(|member| &member.users).collect();
    let partners = of(TenantKind::Partner).map(|member| {
        json!({
            "name": member.name,
            "tenantId": member.tenant.to_string(),
            "domain": member.domain,
            "mpnId": member.mpn_id,
            "users": users(&member.users),
            "app": world.apps.get(&member.domain).map(|app| json!({
                "clientId": app.client_id,
                "clientSecret": app.client_secret,
            })),
        })
    });
    let customers = of(TenantKind::Customer).map(|member| {
        json!({
            "name": member.name,
            "tenantId": member.tenant.to_string(),
            "domain": member.domain,
            "partner": partner_name(world, member),
            "country": member.country,
            "users": users(&member.users),
        })
    });
    let (country, item) = &world.sample;
    json!({
        "url": url,
        "operator": { "users": operator.into_iter().map(user).collect::<Vec<_>>() },
        "partners": partners.collect::<Vec<_>>(),
        "customers": customers.collect::<Vec<_>>(),
        "catalog": {
            "country": country,
            "productId": item.product.to_string(),
            "skuId": item.sku.to_string(),
            "availabilityId": item.availability.to_string(),
            "catalogItemId": item.to_string(),
        },
    })
}

fn partner_name(world: &World, customer: &Member) -> String {
    let of_customer = |member: &&Member| Some(&member.domain) == customer.partner.as_ref();
    world.members.iter().find(of_customer).map_or_else(String::new, |member| member.name.clone())
}

fn users(users: &[User]) -> Vec<Value> {
    users.iter().map(user).collect()
}

fn user(user: &User) -> Value {
    json!({ "name": user.name, "email": user.email, "password": user.password, "roles": user.roles })
}

fn table(url: &str, world: &World) -> String {
    let mut lines = vec![format!("\nPerpetua is ready at {url}\n\nWho may sign in (passwords are new at each start):")];
    for member in &world.members {
        lines.push(format!("\n  {} · {} · {}", member.name, member.kind, member.country));
        for user in &member.users {
            lines.push(format!("    {:32} {:24} {}", user.email, user.password, user.roles.join(", ")));
        }
        if let Some(app) = world.apps.get(&member.domain) {
            lines.push(format!("    {:32} {:24} program, client id and secret", app.client_id, app.client_secret));
        }
    }
    lines.push("\nStop with Ctrl-C.\n".to_owned());
    lines.join("\n")
}
