// Ten messages each minute, of which a branch chooses.
swarm.kernel @burst version 1 {
  radio.message @Level { node = 1 : fixed32, level = 2 : fixed32, text = 3 : bytes<100> }
  radio.channel @near carries @Level on raw port 7
  swarm.var @text : tensor<100xi8>
  swarm.on_timer @tick every 60000 ms {
    %zero = arith.constant 0 : i32
    %ten  = arith.constant 10 : i32
    %one  = arith.constant 1 : i32
    %me   = swarm.node_id
    %all  = arith.constant 100 : i32
    %odd  = arith.cmpi eq, %me, %one : i32
    scf.for %i = %zero to %ten step %one : i32 {
      scf.if %odd {
        %id = radio.send on @near (node = %me, level = %i)
      } else {
        %id = radio.send on @near (node = %me, level = %i, text = @text[%all])
      }
    }
  }
}
