swarm.kernel @wrong version 1 {
  adv.beacon @b bthome every 1000 ms { a = id 56, b = id 56, c = id 56, d = id 56 }
}
