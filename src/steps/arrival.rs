//! Requests that wait for an outside authority: what came back is used, and what has not is awaited.

use super::Draft;
use crate::plan::{Awaited, Code, Content, IdentityId};

impl Draft<'_> {
    /// Whether the signed certificate of `id` is there. Where it is not, or does not fit, it is awaited
    /// under the name of its request.
    pub(super) fn arrived(&mut self, id: &IdentityId, name: &str, unfit: Code, field: &str) -> bool {
        let row = Awaited {
            identity: id.to_string(),
            request: format!("requests/{name}.csr"),
            certificate: format!("requests/{name}.crt"),
            to: self.answers.browser.send_to.trim().to_owned(),
        };
        if let Some(arrival) = self.context.arrivals.get(id) {
            let problem = match &arrival.problem {
                Some(problem) => Some(format!("{} of the last output: {problem}", row.certificate)),
                None => self.other_key(id).or_else(|| self.lacking(id)).map(|what| {
                    format!(
                        "{} of the last output: {what}, or delete the file for a new request",
                        row.certificate
                    )
                }),
            };
            match problem {
                None => {
                    // It stays beside its request, where later runs look for it and a renewed one goes.
                    let by = self.plan.identity(id).map_or("", |identity| identity.by);
                    self.operator_file(&row.certificate, Content::Certificates(vec![id.clone()]), by);
                    self.plan.answered.push(row);
                    return true;
                }
                Some(message) => self.plan.file_issue(unfit, field, message),
            }
        }
        self.plan.awaited.push(row);
        false
    }

    pub(super) fn is_awaited(&self, id: &IdentityId) -> bool {
        self.plan.awaited.iter().any(|awaited| awaited.identity == id.as_str())
    }

    /// An answer to a request that was made before other keys were asked for.
    fn other_key(&self, id: &IdentityId) -> Option<String> {
        let (has, wanted) = (&self.context.arrivals.get(id)?.key, self.plan.identity(id)?.key.to_string());
        (!has.is_empty() && *has != wanted).then(|| {
            format!("it is for a key of {has}, and the answers ask for {wanted}: set that back on Overview")
        })
    }

    /// The names of the request that the certificate does not have.
    fn lacking(&self, id: &IdentityId) -> Option<String> {
        let has = &self.context.arrivals.get(id)?.sans;
        let wanted = &self.plan.identity(id)?.sans;
        let dns = wanted.dns().iter().filter(|name| !has.dns().contains(name)).map(ToString::to_string);
        let ip = wanted.ip().iter().filter(|ip| !has.ip().contains(ip)).map(ToString::to_string);
        let names: Vec<String> = dns.chain(ip).collect();
        (!names.is_empty()).then(|| {
            format!("it lacks {}; have the request signed again, with all its names", names.join(", "))
        })
    }
}
