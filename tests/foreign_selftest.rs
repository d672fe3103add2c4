//! The judges judged: a sound folder pleases them all.

mod support;

use support::judges::{Judge, judge, judge_all};
use support::sample::Sample;

#[test]
fn a_sound_folder_pleases_every_judge() {
    let Some(sample) = Sample::copy() else { return };
    for which in Judge::ALL {
        let t = std::time::Instant::now();
        let verdict = judge(&sample.out(), which);
        eprint!("{verdict} {:?}\n", t.elapsed());
    }
    judge_all(&[("sample", sample.out())]);
}
