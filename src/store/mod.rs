//! Sessions, input files, the output and its receipt: the only room that writes to disk. Knows no
//! terminal.

mod arrivals;
mod disk;
mod dumps;
mod error;
mod instances;
mod keep;
mod library;
mod lock;
mod nearest;
mod output;
mod platform;
mod read;
mod receipt;
mod secrets;
mod session;

pub use arrivals::arrivals;
pub use disk::{Disk, Os};
pub use dumps::refuse_core_dumps;
pub use error::Error;
pub use instances::{parse_instances, read_instances};
pub use keep::{add_typed_of, has_output, kept_for, read_kept, run_of};
pub use library::{Library, Listing};
pub use lock::Lock;
pub use output::{Existing, Standing, check_target, standing, write_output};
pub use read::read_bounded;
pub use receipt::{Receipt, add_receipt};
pub use secrets::{read_secrets, secrets_of_environment};
pub use session::{Origin, Progress, Session, Written, named_or_file};
