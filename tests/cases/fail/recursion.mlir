swarm.kernel @wrong version 1 {
  func.func @again() {
    func.call @again() : () -> ()
    return
  }
  swarm.on_timer @tick every 500 ms { }
}
