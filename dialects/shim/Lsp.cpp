// swarm-lsp: MLIR's own language server over our dialects.
#include "Dialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

extern "C" int swarmLspMain(int argc, char **argv) {
  mlir::DialectRegistry registry;
  swarmc::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
