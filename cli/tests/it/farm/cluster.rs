//! A Slurm cluster of one node on this machine, for the duration of a test.
//!
//! It runs the installed daemons, but with separate files and ports, so that it does not affect a Slurm
//! installation of the machine.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The daemons and clients that must be installed.
const PROGRAMS: [&str; 6] = [
    "munged",
    "slurmctld",
    "slurmd",
    "sbatch",
    "squeue",
    "setpriv",
];
const TIMEOUT: Duration = Duration::from_secs(60);

/// Running daemons. They are stopped when it is dropped.
pub struct Cluster {
    folder: TempDir,
    /// In the order in which they are stopped.
    daemons: Vec<Child>,
}

impl Cluster {
    /// Starts a cluster. `None` if Slurm is not installed or the user is not root.
    pub fn start() -> Option<Self> {
        if let Some(reason) = missing_requirement() {
            println!("skipped: {reason}");
            return None;
        }
        let mut cluster = Self {
            folder: tempfile::tempdir().unwrap(),
            daemons: Vec::new(),
        };
        let folder = cluster.folder.path().to_owned();
        // Munge requires that all users can reach its socket, and that no other user can read its key.
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&folder, open).unwrap();
        for name in ["state", "spool"] {
            fs::create_dir(folder.join(name)).unwrap();
        }
        let key = folder.join("munge.key");
        fs::write(&key, random_bytes()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(folder.join("slurm.conf"), configuration(&folder)).unwrap();

        let path = |name: &str| folder.join(name).display().to_string();
        cluster.daemon(
            "munged",
            &[
                "--foreground".to_owned(),
                format!("--socket={}", path("munge.socket")),
                format!("--key-file={}", path("munge.key")),
                format!("--pid-file={}", path("munged.pid")),
                format!("--log-file={}", path("munged.log")),
                format!("--seed-file={}", path("munged.seed")),
                "--num-threads=10".to_owned(),
            ],
        );
        cluster.wait("munged opens its socket", || {
            folder.join("munge.socket").exists()
        });
        let foreground = ["-D".to_owned(), "-f".to_owned(), path("slurm.conf")];
        cluster.daemon("slurmctld", &foreground);
        cluster.daemon("slurmd", &foreground);
        cluster.wait("the node is idle", || {
            cluster.query(&["sinfo", "-h", "-o", "%T"]).trim() == "idle"
        });
        Some(cluster)
    }

    /// A program that uses this cluster.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("SLURM_CONF", self.folder.path().join("slurm.conf"));
        command
    }

    /// Waits until all of these jobs have ended.
    pub fn finish(&self, jobs: &[&str]) {
        let jobs = jobs.join(",");
        self.wait("the jobs end", || {
            self.query(&["squeue", "-h", "-j", &jobs]).trim().is_empty()
        });
    }

    /// One field of a job, such as `ExitCode`.
    pub fn field(&self, job: &str, name: &str) -> String {
        let text = self.query(&["scontrol", "--oneliner", "show", "job", job]);
        let mut fields = text.split_whitespace();
        let found = fields.find_map(|field| field.strip_prefix(&format!("{name}=")));
        found
            .unwrap_or_else(|| panic!("{name} in {text}"))
            .to_owned()
    }

    /// Waits until a condition holds.
    pub fn wait(&self, description: &str, holds: impl Fn() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < TIMEOUT, "{description}\n{}", self.logs());
            sleep(Duration::from_millis(50));
        }
    }

    /// The output of a command.
    fn query(&self, words: &[&str]) -> String {
        let output = self.command(words[0]).args(&words[1..]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn daemon(&mut self, name: &str, arguments: &[String]) {
        let log = fs::File::create(self.folder.path().join(format!("{name}.out"))).unwrap();
        // If the test is killed, its daemons end too.
        let mut command = self.command("setpriv");
        command.args(["--pdeathsig", "TERM", name]).args(arguments);
        command
            .stdin(Stdio::null())
            .stderr(log.try_clone().unwrap());
        let daemon = command.stdout(log).spawn().unwrap();
        self.daemons.insert(0, daemon);
    }

    fn logs(&self) -> String {
        let names = ["munged.out", "slurmctld.out", "slurmd.out"];
        let read = |name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        names.map(read).join("\n")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for daemon in &mut self.daemons {
            let id = daemon.id().to_string();
            let _ = Command::new("kill").args(["-TERM", &id]).status();
            let start = Instant::now();
            while daemon.try_wait().is_ok_and(|status| status.is_none()) {
                if start.elapsed() > Duration::from_secs(5) {
                    let _ = daemon.kill();
                }
                sleep(Duration::from_millis(20));
            }
        }
    }
}

/// The reason why a cluster cannot run here.
fn missing_requirement() -> Option<String> {
    let runs = |program: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "command -v \"$0\"", program]);
        shell.output().is_ok_and(|output| output.status.success())
    };
    if let Some(absent) = PROGRAMS.into_iter().find(|program| !runs(program)) {
        return Some(format!("the Slurm test needs {absent}"));
    }
    let user = Command::new("id").arg("-u").output().unwrap();
    let is_root = user.stdout.starts_with(b"0\n");
    (!is_root).then(|| "Slurm's daemons must run as root".to_owned())
}

fn random_bytes() -> Vec<u8> {
    use std::io::Read;
    let mut bytes = vec![0; 128];
    let mut source = fs::File::open("/dev/urandom").unwrap();
    source.read_exact(&mut bytes).unwrap();
    bytes
}

fn configuration(folder: &Path) -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let host = host.trim().split('.').next().unwrap();
    // Both are open at the same time, so that the ports differ.
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [controller, node] = listeners.map(|free| free.local_addr().unwrap().port());
    let folder = folder.display();
    format!(
        "\
ClusterName=metaface-test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
KillWait=20
ReturnToService=2
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=farm Nodes={host} Default=YES MaxTime=INFINITE State=UP
"
    )
}
