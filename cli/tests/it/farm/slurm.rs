//! The Slurm job, on a cluster and without one.

use std::fs;
use std::process::Command;

use super::cluster::Cluster;
use super::dialogue::{Dialogue, metaface, sample};

/// Submits a dialogue in shards. Returns the ids of the array and of the gathering job.
fn submit(cluster: &Cluster, dialogue: &Dialogue, shards: &str) -> [String; 2] {
    let mut submit = cluster.command(sample("slurm-submit.sh"));
    submit.current_dir(dialogue.folder());
    submit.env("METAFACE", metaface());
    submit.args([shards, "dialogue.csv", "build", "--format", "csv"]);
    submit.args(["--device", "cpu", "--no-head"]);
    let output = submit.output().unwrap();
    let ids = String::from_utf8(output.stdout).unwrap();
    let mut jobs = ids.split_whitespace().map(str::to_owned);
    let error = || String::from_utf8_lossy(&output.stderr).into_owned();
    let mut next = || jobs.next().unwrap_or_else(|| panic!("{}", error()));
    [next(), next()]
}

#[test]
fn an_array_of_four_jobs_shares_a_table_and_a_fifth_job_gathers_the_report() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let dialogue = Dialogue::of(9);
    let [array, gather] = submit(&cluster, &dialogue, "4");
    cluster.finish(&[&array, &gather]);
    for job in [&array, &gather] {
        assert_eq!(cluster.field(job, "JobState"), "COMPLETED");
        assert_eq!(cluster.field(job, "ExitCode"), "0:0");
    }
    for shard in 1..=4 {
        let log = dialogue.output().join(format!("logs/shard-{shard}.log"));
        assert!(fs::read_to_string(log).unwrap().contains("{"));
    }
    dialogue.assert_complete(&["csv"], 0);
}

#[test]
fn a_line_that_fails_is_in_the_report_and_in_the_exit_code_of_the_gathering_job() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let dialogue = Dialogue::of(3).with_a_bad_line();
    let [array, gather] = submit(&cluster, &dialogue, "2");
    cluster.finish(&[&array, &gather]);
    assert_eq!(cluster.field(&gather, "ExitCode"), "6:0");
    dialogue.assert_complete(&["csv"], 1);
}

#[test]
fn a_cancelled_job_continues_when_it_is_submitted_again() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let dialogue = Dialogue::of(60);
    let [array, gather] = submit(&cluster, &dialogue, "2");
    cluster.wait("a line is done", || !dialogue.done("csv").is_empty());
    let cancel = cluster.command("scancel").args([&gather, &array]).status();
    assert!(cancel.unwrap().success());
    cluster.finish(&[&array, &gather]);
    let before = dialogue.done("csv");
    assert!(before.len() < 60, "the job was not cancelled");
    let [array, gather] = submit(&cluster, &dialogue, "2");
    cluster.finish(&[&array, &gather]);
    dialogue.assert_complete(&["csv"], 0);
    let after = dialogue.done("csv");
    assert!(
        before.iter().all(|line| after.contains(line)),
        "a line was made twice"
    );
}

#[test]
fn the_job_reads_its_shard_from_the_environment_of_slurm() {
    let dialogue = Dialogue::of(5);
    let job = || {
        let mut job = Command::new("bash");
        job.arg(sample("slurm-array.sh"));
        job.args([
            "dialogue.csv",
            "build",
            "--format",
            "csv",
            "--device",
            "cpu",
        ]);
        job.current_dir(dialogue.folder());
        job.env("METAFACE", metaface());
        job
    };
    for task in 0..3 {
        let mut job = job();
        job.env("SLURM_ARRAY_TASK_ID", task.to_string());
        job.env("SLURM_ARRAY_TASK_MIN", "0");
        job.env("SLURM_ARRAY_TASK_COUNT", "3");
        assert_eq!(job.output().unwrap().status.code(), Some(0), "{task}");
    }
    assert_eq!(job().output().unwrap().status.code(), Some(0));
    dialogue.assert_complete(&["csv"], 0);
}
