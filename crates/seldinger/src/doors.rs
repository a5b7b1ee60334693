//! The three doors behind their listening sockets, and the little that happens by the clock.

use crate::peers;
use crate::settings::Settings;
use anyhow::{Context as _, Result};
use dicom::node::{DeskDoor, Node, NodeSettings};
use exchange::hl7::receive::Hl7Door;
use exchange::mllp::server::MllpCounters;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::server::WebCounters;
use workflow::Desk;
use workflow::late_restarts::escalate_late_restarts;
use workflow::plan_open_cases::plan_open_cases;
use workflow::receive_object::match_again;

/// Objects that came before their order are looked at again.
const MATCH_EVERY: Duration = Duration::from_secs(60);
/// Gates are worked out again: at the start, for what a killed process left, and as results grow old.
const PLAN_EVERY_MINUTES: u64 = 5;

/// The three listening sockets, bound before anything is promised.
pub struct Doors {
    http: TcpListener,
    dicom: TcpListener,
    mllp: TcpListener,
}

impl Doors {
    /// # Errors
    /// An address that is taken or not ours.
    pub async fn bind(settings: &Settings) -> Result<Self> {
        let listen = async |name: &str, address: SocketAddr| {
            TcpListener::bind(address)
                .await
                .with_context(|| format!("could not listen for {name} on {address}"))
        };
        Ok(Self {
            http: listen("web", settings.http).await?,
            dicom: listen("DICOM", settings.dicom).await?,
            mllp: listen("HL7", settings.mllp).await?,
        })
    }

    /// The one line of standard output.
    /// # Errors
    /// A socket without an address.
    pub fn ready_line(&self, demonstration: bool) -> Result<String> {
        let line = serde_json::json!({
            "ready": true,
            "http": self.http.local_addr()?.to_string(),
            "dicom": self.dicom.local_addr()?.to_string(),
            "mllp": self.mllp.local_addr()?.to_string(),
            "demo": demonstration,
        });
        Ok(line.to_string())
    }

    /// Where to find us, one line for each door, for people.
    /// # Errors
    /// A socket without an address.
    pub fn addresses(&self) -> Result<String> {
        Ok(format!(
            "web        http://{}\nDICOM      {}\nHL7 (MLLP) {}",
            self.http.local_addr()?,
            self.dicom.local_addr()?,
            self.mllp.local_addr()?
        ))
    }

    /// Puts the doors' tasks to work; each ends by itself when `stop` is cancelled.
    ///
    /// * `filling` – in a demonstration: becomes true when the department is full.
    /// # Errors
    /// Peers that cannot be, or an object folder that cannot be used.
    pub fn open(
        self,
        settings: &Settings,
        desk: &Desk,
        filling: Option<watch::Receiver<bool>>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<()> {
        let limits = settings.limits.clone();
        let (hl7_peers, hl7_settings) = peers::hl7(settings)?;
        let dicom_door = Arc::new(DeskDoor::new(desk.clone()));
        let node = NodeSettings {
            ae_title: settings.ae_title.clone(),
            peers: peers::dicom(settings)?,
            limits: limits.dicom,
            spool: desk.objects().arriving(),
        };
        let node = Node::new(node, dicom_door.clone(), dicom_door)
            .context("could not use the folder for arriving objects")?;
        let node_counters = node.counters();
        let hl7_door = Arc::new(Hl7Door::new(desk.clone(), hl7_settings));
        let mllp_counters = Arc::new(MllpCounters::default());
        let web_counters = Arc::new(WebCounters::default());
        let metrics = {
            let (hl7, mllp) = (hl7_door.clone(), mllp_counters.clone());
            let filling = filling.clone();
            let web = web_counters.clone();
            Arc::new(move || {
                let mut text = String::new();
                let mut line = |name: &str, counter: &AtomicU64| {
                    let count = counter.load(Ordering::Relaxed);
                    let _ = writeln!(text, "# TYPE {name} counter\n{name} {count}");
                };
                line("seldinger_hl7_accepted_total", &hl7.counters.accepted);
                line("seldinger_hl7_errors_total", &hl7.counters.errors);
                line("seldinger_hl7_rejected_total", &hl7.counters.rejected);
                line("seldinger_hl7_repeated_total", &hl7.counters.repeated);
                line("seldinger_mllp_connections_total", &mllp.connections);
                line("seldinger_mllp_refused_peers_total", &mllp.refused_peers);
                line("seldinger_mllp_too_large_total", &mllp.too_large);
                line("seldinger_mllp_evicted_total", &mllp.evicted);
                line("seldinger_web_connections_total", &web.connections);
                line("seldinger_web_evicted_total", &web.evicted);
                line("seldinger_web_refused_total", &web.refused);
                line("seldinger_web_too_slow_total", &web.too_slow);
                line("seldinger_web_too_large_total", &web.too_large);
                line(
                    "seldinger_dicom_associations_total",
                    &node_counters.associations_accepted,
                );
                line(
                    "seldinger_dicom_rejected_total",
                    &node_counters.associations_rejected,
                );
                line(
                    "seldinger_dicom_aborted_total",
                    &node_counters.associations_aborted,
                );
                line(
                    "seldinger_dicom_worklist_queries_total",
                    &node_counters.worklist_queries,
                );
                line(
                    "seldinger_dicom_objects_kept_total",
                    &node_counters.objects_kept,
                );
                line(
                    "seldinger_dicom_objects_refused_total",
                    &node_counters.objects_refused,
                );
                if let Some(filling) = &filling {
                    let name = "seldinger_demonstration_full";
                    let full = u8::from(*filling.borrow());
                    let _ = writeln!(text, "# TYPE {name} gauge\n{name} {full}");
                }
                text
            })
        };
        let reading_again = hl7_door.clone();
        tasks.spawn(node.serve(self.dicom, stop.clone()));
        tasks.spawn(exchange::mllp::server::serve(
            self.mllp,
            hl7_door,
            hl7_peers,
            limits.mllp,
            mllp_counters,
            stop.clone(),
        ));
        let mut state = web::State::new(desk.clone(), settings.trusted_proxy, metrics)
            .reading_again(reading_again)
            .reading_plans(Arc::new(crate::plan::reader::Reader));
        state.filling.clone_from(&filling);
        tasks.spawn(web::server::serve(
            self.http,
            web::router(state),
            limits.web,
            web_counters,
            stop.clone(),
        ));
        tasks.spawn(look_again(desk.clone(), filling, stop.clone()));
        Ok(())
    }
}

async fn look_again(desk: Desk, filling: Option<watch::Receiver<bool>>, stop: CancellationToken) {
    if let Some(mut full) = filling {
        // A demonstration that is still telling of last week is not looked at with today's clock.
        tokio::select! {
            () = stop.cancelled() => return,
            _ = full.wait_for(|full| *full) => {}
        }
    }
    for minute in 0_u64.. {
        if minute % PLAN_EVERY_MINUTES == 0 {
            match unless_stopped(&stop, plan_open_cases(&desk)).await {
                None => return,
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::error!(%error, "could not work the open cases out again");
                }
            }
            match unless_stopped(&stop, escalate_late_restarts(&desk)).await {
                None => return,
                Some(Ok(_)) => {}
                Some(Err(error)) => tracing::error!(%error, "could not look for late restarts"),
            }
        }
        if unless_stopped(&stop, tokio::time::sleep(MATCH_EVERY))
            .await
            .is_none()
        {
            return;
        }
        match unless_stopped(&stop, match_again(&desk)).await {
            None => return,
            Some(Ok(0)) => {}
            Some(Ok(found)) => tracing::info!(found, "objects have found their case"),
            Some(Err(error)) => {
                tracing::error!(%error, "could not look at unmatched objects again")
            }
        }
    }
}

/// The result of work that may be left undone; `None` when the program stops meanwhile. A look at thousands of cases would
/// otherwise outlast the time in which the program has to be gone.
async fn unless_stopped<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        done = work => Some(done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_by_the_clock_does_not_hold_the_program_up() {
        let stop = CancellationToken::new();
        assert_eq!(unless_stopped(&stop, async { 1 }).await, Some(1));
        let endless = unless_stopped(&stop, std::future::pending::<()>());
        let stopping = async { stop.cancel() };
        assert_eq!(tokio::join!(endless, stopping).0, None);
    }
}
