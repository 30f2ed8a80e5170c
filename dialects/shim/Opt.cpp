// swarm-opt: MLIR's own driver over our dialects.
#include "Dialects.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

extern "C" void swarmRegisterPasses();

extern "C" int swarmOptMain(int argc, char **argv) {
  swarmRegisterPasses();
  mlir::DialectRegistry registry;
  swarmc::registerDialects(registry);
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Runs passes over swarm kernels\n", registry));
}
