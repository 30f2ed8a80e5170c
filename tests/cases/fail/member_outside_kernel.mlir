swarm.var @count : i32 = 0
