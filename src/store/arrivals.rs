//! What outside authorities have sent back for the requests of a session's last output: files that the
//! operator put beside the requests.

use std::path::Path;

use time::OffsetDateTime;

use super::Progress;
use super::read::read_bounded;
use crate::forge::{Answer, read_answer};
use crate::plan::{Arrival, Arrivals, IdentityId};
use crate::values::Sans;

/// Far more than any chain takes.
const MOST_BYTES: u64 = 1 << 20;

/// Looks beside every request of the last output.
pub fn arrivals(progress: &Progress, now: OffsetDateTime) -> Arrivals {
    let mut found = Arrivals::default();
    let Some(written) = &progress.written else { return found };
    let folder = Path::new(&written.folder);
    for awaited in &progress.awaited {
        let answer = answer(&folder.join(&awaited.request), &folder.join(&awaited.certificate), now);
        let arrival = match answer {
            None => continue,
            Some(Ok(answer)) => Arrival { problem: None, sans: answer.sans, key: answer.key },
            Some(Err(problem)) => Arrival { problem: Some(problem), sans: Sans::new(), key: String::new() },
        };
        found.insert(IdentityId::new(awaited.identity.as_str()), arrival);
    }
    found
}

/// None where nothing is there yet.
pub(super) fn answer(request: &Path, answer: &Path, now: OffsetDateTime) -> Option<Result<Answer, String>> {
    let answer = match read_bounded(answer, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(_) if !answer.exists() => return None,
        Err(error) => return Some(Err(error.to_string())),
    };
    Some(match read_bounded(request, MOST_BYTES) {
        Ok(request) => read_answer(&request, &answer, now),
        Err(error) => Err(error.to_string()),
    })
}
