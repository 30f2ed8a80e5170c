// Which way a board is tilted and back: a layer of int8 weights over the last eight readings of two axes.
swarm.kernel @gesture version 1 {
  swarm.io @x : sense i8
  swarm.io @y : sense i8
  swarm.io @gesture : act i8
  swarm.var @readings : tensor<16xi8>
  swarm.var @scores : tensor<4xi8>

  swarm.on_timer @sample every 50 ms {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %four = arith.constant 4 : i32
    %last_x = arith.constant 14 : i32
    %last_y = arith.constant 15 : i32
    scf.for %i = %zero to %last_x step %one : i32 {
      %next = arith.addi %i, %two : i32
      %kept = swarm.get @readings[%next]
      swarm.set @readings[%i], %kept
    }
    %x = swarm.sense @x
    %y = swarm.sense @y
    swarm.set @readings[%last_x], %x
    swarm.set @readings[%last_y], %y

    // Left, right, up, down: rows of weights for x and y in turns.
    %weights = arith.constant dense<[
      [28, 0, -8, 0, -71, 0, -127, 0, -127, 0, -71, 0, -8, 0, 28, 0],
      [-28, 0, 8, 0, 71, 0, 127, 0, 127, 0, 71, 0, 8, 0, -28, 0],
      [0, -28, 0, 8, 0, 71, 0, 127, 0, 127, 0, 71, 0, 8, 0, -28],
      [0, 28, 0, -8, 0, -71, 0, -127, 0, -127, 0, -71, 0, -8, 0, 28]
    ]> : tensor<4x16xi8>
    %bias = arith.constant dense<[-13320, -13320, -13320, -13320]> : tensor<4xi32>
    %readings = swarm.get @readings : tensor<16xi8>
    %sums = linalg.matvec ins(%weights, %readings : tensor<4x16xi8>, tensor<16xi8>)
                          outs(%bias : tensor<4xi32>) -> tensor<4xi32>

    // A tilt of 80 scores 50 above the bias, in steps of an i8.
    %multiplier = arith.constant 2063641193 : i64
    %shift = arith.constant 39 : i64
    %half = arith.constant 274877906944 : i64
    %least = arith.constant -128 : i64
    %most = arith.constant 127 : i64
    %room = tensor.empty() : tensor<4xi8>
    %scores = linalg.map ins(%sums : tensor<4xi32>) outs(%room : tensor<4xi8>)
      (%sum: i32, %unused: i8) {
        %wide = arith.extsi %sum : i32 to i64
        %product = arith.muli %wide, %multiplier : i64
        %rounded = arith.addi %product, %half : i64
        %score = arith.shrsi %rounded, %shift : i64
        %above = arith.maxsi %score, %least : i64
        %within = arith.minsi %above, %most : i64
        %narrow = arith.trunci %within : i64 to i8
        linalg.yield %narrow : i8
      }
    swarm.set @scores, %scores : tensor<4xi8>

    // The gesture with the best score above 0, or -1.
    %none = arith.constant -1 : i32
    %best, %which = scf.for %i = %zero to %four step %one iter_args(%best = %zero, %which = %none) -> (i32, i32) : i32 {
      %score = swarm.get @scores[%i]
      %is_better = arith.cmpi sgt, %score, %best : i32
      %better = arith.select %is_better, %score, %best : i32
      %now = arith.select %is_better, %i, %which : i32
      scf.yield %better, %now : i32, i32
    }
    swarm.act @gesture, %which
  }
}
