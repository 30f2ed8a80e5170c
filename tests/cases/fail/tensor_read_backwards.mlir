swarm.kernel @wrong version 1 {
  swarm.var @x : tensor<4xi8>
  swarm.on_timer @tick every 500 ms {
    %x = swarm.get @x : tensor<4xi8>
    %y = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (3 - d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]
    } ins(%x : tensor<4xi8>) outs(%x : tensor<4xi8>) {
    ^bb0(%in: i8, %old: i8):
      linalg.yield %in : i8
    } -> tensor<4xi8>
  }
}
