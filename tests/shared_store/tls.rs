//! TLS to the server, with certificates made for the test.

use std::process::Command;

use nightdesk::journal::Journal;
use nightdesk::store::{Privacy, StoreError, schema};

use crate::cluster;
use crate::desks::{migrated, server};

/// Whether the program that makes certificates is there; else the test is left out, and says so.
fn makes_certificates(dir: &std::path::Path, name: &str) -> bool {
    let (key, cert) = (dir.join(format!("{name}.key")), dir.join(format!("{name}.crt")));
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]);
    openssl.args([
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ]);
    let made = openssl.arg("-keyout").arg(&key).arg("-out").arg(&cert).output();
    match made {
        Ok(made) => {
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
            true
        }
        Err(_) => {
            assert!(std::env::var_os(cluster::NEEDED).is_none(), "no openssl is installed");
            eprintln!("left out: no openssl is installed");
            false
        }
    }
}

#[tokio::test]
async fn a_server_with_a_good_certificate_is_spoken_to_over_tls_and_another_is_not() {
    let Some(own) = cluster::own() else { return };
    let dir = std::env::temp_dir().join(format!("nightdesk-tls-{}", nightdesk::journal::IntentId::fresh()));
    std::fs::create_dir(&dir).unwrap();
    if !makes_certificates(&dir, "server") || !makes_certificates(&dir, "other") {
        return;
    }
    let database = own.database();
    migrated(&database).await;
    own.with_tls(&dir.join("server.crt"), &dir.join("server.key"));
    let url = |mode: &str, root: &str| {
        let url = database.url().replace("127.0.0.1", "localhost");
        let root =
            if root.is_empty() { String::new() } else { format!("&sslrootcert={}/{root}", dir.display()) };
        server(&format!("{url}?sslmode={mode}{root}"))
    };
    let good = url("verify-full", "server.crt");
    assert_eq!(good.privacy(), Privacy::Verified);
    let journal = Journal::connect(&good).await.unwrap();
    let tls = journal.store().look().await.unwrap().tls;
    assert!(tls.as_ref().is_some_and(|tls| tls.starts_with("TLSv1.")), "{tls:?}");
    let any = Journal::connect(&url("require", "")).await.unwrap();
    assert!(any.store().look().await.unwrap().tls.is_some());
    for bad in [url("verify-full", "other.crt"), url("verify-full", "")] {
        let refused = Journal::connect(&bad).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
        assert!(refused.to_string().contains("certificate"), "{refused}");
        let refused = schema::migrate_server(&bad, None).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused:?}");
    }
    let _ = std::fs::remove_dir_all(dir);
}
