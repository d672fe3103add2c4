//! What comes back from the jobs. Late results of an older generation are dropped.

use super::dialogue::{Dialogue, Stage};
use super::keeping::UNSAVED;
use super::review;
use crate::plan::Arrivals;
use crate::sitting::msg::{Cmd, News};
use crate::sitting::saving::Leaving;
use crate::sitting::work::Work;
use crate::values::Secret;

impl Dialogue {
    /// Whether something is to be asked again.
    pub(super) fn news(&mut self, news: News) -> bool {
        match news {
            News::Listed(saved) => self.listed(saved),
            News::Opened(opened) => self.opened(*opened),
            News::Kept { name, path } => return self.kept(name, path),
            News::NotKept(why) => return self.not_kept(&why),
            News::Progress(generation, gauge) => {
                self.progress(generation, gauge);
                return false;
            }
            News::Forged(generation, made) if self.making.awaits(generation) => self.forged(made),
            News::ForgeFailed(generation, why) if self.making.awaits(generation) => self.forge_failed(why),
            News::KeptWanted(generation, why) if self.making.awaits(generation) => self.lost(why),
            News::Renewed(run) => self.renewed(run),
            News::Shown { text, .. } => {
                self.say(text);
                self.stage = Stage::Review;
            }
            News::Found(folder, existing) => self.found(folder, existing),
            News::Written(written) => {
                self.written(&written);
                return self.write_ended();
            }
            News::WriteFailed(why) => return self.not_written(&format!("Nothing was written: {why}")),
            News::Arrived(arrivals) => return self.arrived(arrivals),
            News::Passwords(passwords) => self.tell_passwords(&passwords),
            News::Said(text) => {
                self.say(format!("Done: {text}."));
                self.stage = Stage::Start;
            }
            News::Failed { title, text } if self.making.is_writing() => {
                return self.not_written(&format!("{title}: {text}"));
            }
            // What is waited for then is the save.
            News::Failed { title, text } if self.leaving.waits() => {
                return self.not_kept(&format!("{title}: {text}"));
            }
            News::Failed { title, text } => self.failed(&title, &text),
            _ => return false,
        }
        true
    }

    fn lost(&mut self, why: String) {
        self.making.work = Work::Lost(why.clone());
        self.stage = Stage::Lost(why);
    }

    fn renewed(&mut self, run: String) {
        self.making.work = Work::Idle;
        self.session.renew(run);
        self.say("New authorities will be made; nothing trusts them yet.");
        self.stage = Stage::Review;
    }

    fn not_written(&mut self, why: &str) -> bool {
        self.making.unwritten();
        self.say(why);
        self.write_ended()
    }

    fn arrived(&mut self, arrivals: Arrivals) -> bool {
        let new = self.session.take_arrivals(arrivals);
        if new {
            self.say(if self.session.plan().is_sound() {
                "What came back signed has been read."
            } else {
                "What came back signed does not fit; issues says why."
            });
        }
        new
    }

    fn tell_passwords(&mut self, passwords: &[(String, Secret)]) {
        for (path, secret) in passwords {
            self.say(format!("  {path}: {}", secret.reveal()));
        }
        self.stage = Stage::Review;
    }

    fn kept(&mut self, name: String, path: String) -> bool {
        self.session.kept(name, path);
        self.save_due();
        match self.leaving {
            Leaving::No => {}
            // What could not be saved is saved by now, so leaving begins anew.
            Leaving::Unsaved => self.leaving = Leaving::No,
            how => self.leave(how),
        }
        false
    }

    fn not_kept(&mut self, why: &str) -> bool {
        self.session.saving.not_kept();
        match self.leaving {
            // Tried again when the write has ended.
            _ if self.leaving.waits() && self.making.is_writing() => return false,
            // Whoever sends a signal does not wait for an answer.
            Leaving::Told => {
                self.quit(1, UNSAVED);
                return false;
            }
            Leaving::Asked => {
                self.leaving = Leaving::Unsaved;
                self.say(format!("Not saved: {why}. quit again leaves without these answers."));
                self.stage = Stage::Review;
                if self.at != review::ID {
                    self.say("This is the review; < goes back to the questions.");
                }
            }
            _ => self.say(format!("Not saved: {why}")),
        }
        true
    }

    /// Something that was asked for did not work; back to where it was asked.
    fn failed(&mut self, title: &str, text: &str) {
        self.say(format!("{title}: {text}"));
        if !self.at.is_empty() {
            // It may have been the save, whose end would be waited for in vain.
            self.session.saving.give_up(self.now);
            self.stage = Stage::Review;
            return;
        }
        // A pipe's next lines are answers to a session that is not there.
        if self.begin.named && !self.manner.typed {
            return self.quit(1, "");
        }
        self.begin = super::start::Begin::default();
        self.stage = Stage::Wait;
        self.wish(Cmd::List);
    }
}
