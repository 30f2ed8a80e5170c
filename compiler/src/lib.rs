//! The swarm kernel compiler: pipeline and command line
