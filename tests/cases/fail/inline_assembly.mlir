swarm.kernel @wrong version 1 {
  swarm.on_timer @tick every 500 ms {
    llvm.inline_asm "nop", "" : () -> ()
  }
}
