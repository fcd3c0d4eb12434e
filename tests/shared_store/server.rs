//! The throw-away server itself.

use crate::cluster;

#[test]
fn a_server_is_there_for_the_tests_and_can_be_stopped_paused_and_started() {
    let Some(own) = cluster::own() else { return };
    let dir = own.dir().to_owned();
    let database = own.database();
    database.sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
    assert_eq!(own.database().try_sql("SELECT n FROM kept").map_err(|e| e.contains("kept")), Err(true));
    own.crash();
    assert!(database.try_sql("SELECT 1").is_err());
    own.start();
    own.restart();
    own.pause();
    own.resume();
    assert_eq!(database.sql("SELECT n FROM kept"), "7");
    assert!(database.dump().contains("INSERT INTO public.kept VALUES (7)"));
    drop(database);
    own.pause();
    drop(own);
    assert!(!dir.exists(), "nothing is left of it");
}

#[test]
fn each_test_has_a_database_of_its_own() {
    let Some(one) = cluster::database() else { return };
    let two = cluster::database().unwrap();
    assert_ne!(one.name(), two.name());
    one.sql("CREATE TABLE here (n int)");
    assert!(two.try_sql("SELECT * FROM here").is_err());
}
