//! Programs that stand before the host's own and count their calls: at a chosen one the script is killed, or
//! the program fails. Knows nothing of what the script does.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::host::{Host, Shell};
use super::judges::tools;

/// All that install.sh changes anything with, or makes a new file of.
const PROGRAMS: [&str; 9] = ["cat", "chmod", "chown", "cp", "mkdir", "mv", "rm", "rmdir", "sync"];

/// What happens at the chosen call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// SIGKILL to the script, and the call is not made.
    Killed,
    /// The program ends with 1 and has done nothing.
    Fails,
}

pub struct Steps {
    folder: PathBuf,
}

pub struct Stopped {
    pub calls: usize,
    /// None where it was killed.
    pub code: Option<i32>,
    pub said: String,
}

impl Steps {
    pub fn new(folder: &Path, shell: &Shell) -> Self {
        let folder = folder.join(format!("steps-{}", shell.name));
        fs::create_dir_all(folder.join("bin")).unwrap();
        let steps = Self { folder };
        let shown = steps.folder.display();
        for program in PROGRAMS {
            let behind = std::env::split_paths(&shell.tools).map(|folder| folder.join(program));
            let behind = behind.into_iter().find(|path| path.exists()).unwrap();
            let text = format!(
                "#!/bin/sh\nread -r n < '{shown}/count'\nn=$((n + 1))\necho $n > '{shown}/count'\n\
                 if [ $n = \"$STOP_AT\" ]; then\n  if [ \"$MISHAP\" = Fails ]; then exit 1; fi\n\
                 \x20 read -r pid < '{shown}/pid'\n  kill -9 \"$pid\"\n  exit 137\nfi\nexec {} \"$@\"\n",
                behind.display()
            );
            let path = steps.folder.join("bin").join(program);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        steps
    }

    /// Runs install.sh until its `at`th call; with 0 to its end.
    pub fn run(&self, host: &Host, shell: &Shell, args: &[&str], at: usize, mishap: Mishap) -> Stopped {
        fs::write(self.folder.join("count"), "0\n").unwrap();
        let plain = shell.command();
        let mut command = Command::new(tools::shell("sh").unwrap());
        let pid = self.folder.join("pid");
        command.arg("-c").arg("echo $$ > \"$PID\"; exec \"$@\"").arg("sh").env("PID", pid);
        command.arg(plain.get_program()).args(plain.get_args());
        command.arg(host.copied().join("install.sh")).arg("--root").arg(host.root()).args(args);
        command.env("PATH", format!("{}:{}", self.folder.join("bin").display(), shell.tools));
        command.env("STOP_AT", at.to_string()).env("MISHAP", format!("{mishap:?}")).stdin(Stdio::null());
        let output = command.output().unwrap();
        let calls = fs::read_to_string(self.folder.join("count")).unwrap();
        Stopped {
            calls: calls.trim().parse().unwrap(),
            code: output.status.code(),
            said: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        }
    }
}
