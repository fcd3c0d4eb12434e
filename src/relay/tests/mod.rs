mod bodies;
mod model;
mod store;
