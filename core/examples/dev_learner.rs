//! dev
use burn::backend::Autodiff;
use burn_flex::Flex;
use metaface_core::model::BaseModel;
use metaface_core::training::corpus::{Corpus, read_aligned};
use metaface_core::training::{Dataset, LearnerPlan, train_learner};
use std::path::Path;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let n = |i: usize, d: usize| a.get(i).and_then(|x| x.parse().ok()).unwrap_or(d);
    let device = Default::default();
    let base = BaseModel::<Flex>::from_bytes(&std::fs::read(&a[1]).unwrap(), &device).unwrap();
    let corpus = Corpus::open(Path::new("/work/run/work4/corpus")).unwrap();
    let mut data = Dataset::new(0.4);
    let mut some = Vec::new();
    for e in corpus.entries().iter().step_by(n(6, 4)) {
        some.push(corpus.utterance(e).unwrap());
    }
    data.add_synthetic(&some);
    drop(some);
    data.add_real(&read_aligned(Path::new("/work/run/speech_pool"), Some("train")).unwrap());
    eprintln!("data {:?}", data.seconds());
    let plan = LearnerPlan {
        process_steps: n(3, 2500),
        meta_steps: n(4, 1500),
        seed: 7,
        robust: a.get(5).is_none_or(|x| x != "clean"),
    };
    let start = base
        .learner
        .clone()
        .map(|l| (l, base.provenance.learner_steps));
    let t = std::time::Instant::now();
    let save = |l: &metaface_core::model::Learner<Flex>, step: usize| {
        let mut m = base.clone();
        m.provenance.learner_steps = step;
        m.learner = Some(l.clone());
        std::fs::write(&a[2], m.to_bytes().unwrap()).unwrap();
    };
    let l = train_learner::<Autodiff<Flex>>(
        &data,
        &base.network,
        &plan,
        start,
        &device,
        &mut |p, l| {
            println!(
                "{:6} {:.0}s average {:.4} process {:.4} fitted {:.4}",
                p.step,
                t.elapsed().as_secs_f32(),
                p.losses[0],
                p.losses[1],
                p.losses[2]
            );
            if p.step % 250 == 0 {
                save(l, p.step);
            }
            true
        },
    );
    save(&l, plan.process_steps + plan.meta_steps);
}
