//! `tithing generate`: synthetic councils with their ground truth.

use crate::args::GenerateArgs;
use crate::messages;
use crate::outcome::{Failure, Outcome};
use crate::progress;

/// Writes the folder.
pub(crate) fn run(args: &GenerateArgs) -> Result<Outcome, Failure> {
    if args.out.exists() && std::fs::read_dir(&args.out).is_ok_and(|mut d| d.next().is_some()) {
        return Err(Failure::at(&args.out, "is not empty; nothing was changed").hint("choose another folder"));
    }
    let formats = args.formats.iter().map(|f| f.parse::<fixtures::Format>()).collect::<Result<_, _>>();
    let mut adversities = if args.hard { fixtures::Adversities::hard() } else { fixtures::Adversities::default() };
    for one in &args.adversity {
        adversities.set_text(one).map_err(|e| Failure::new(format!("--adversity: {e}")))?;
    }
    let request = fixtures::Request {
        councils: Some(args.councils),
        people: args.people,
        devices: args.devices,
        start: Some(args.start),
        days: args.days,
        flows_per_day: args.flows_per_day,
        lookups_per_day: args.lookups_per_day,
        formats: formats.map_err(|e: fixtures::Error| Failure::new(format!("--formats: {e}")))?,
        hard: args.hard,
        adversities,
    };
    let plan = fixtures::Plan::new(args.seed, &request).map_err(|e| Failure::new(e.to_string()))?;
    write(&plan, &args.out)?;
    messages::data(&format!("{}\n", args.out.display()))?;
    Ok(Outcome::Done)
}

/// Generates a plan into a folder, with a progress bar.
pub(crate) fn write(plan: &fixtures::Plan, out: &std::path::Path) -> Result<(), Failure> {
    let bar = progress::bar(0, "generating");
    let made = fixtures::generate(plan, out, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    made.map(drop).map_err(|e| Failure::at(out, e))
}
