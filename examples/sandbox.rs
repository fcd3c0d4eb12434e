//! The sandbox alone: prints where it listens and its key as one line of JSON, then serves until it is killed.

use nightdesk::sandbox::{Options, Sandbox};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut options = Options::default();
    let mut args = std::env::args().skip(1);
    while let (Some(name), Some(value)) = (args.next(), args.next()) {
        match name.as_str() {
            "--listen" => options.listen = value.parse()?,
            "--rooms" => options.rooms = value.parse()?,
            "--grants" => options.grants = value.parse()?,
            "--seed" => options.seed = value.parse()?,
            "--speed" => options.speed = value.parse()?,
            "--now" => options.now = Some(value.parse()?),
            other => anyhow::bail!("unknown option {other}"),
        }
    }
    let sandbox = Sandbox::start(options).await?;
    let key = sandbox.api_key();
    println!("{}", serde_json::json!({"endpoint": sandbox.endpoint(), "api_key": key.reveal()}));
    std::future::pending::<()>().await;
    Ok(())
}
