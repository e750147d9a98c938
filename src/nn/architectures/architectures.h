#pragma once

// Every architecture: its name in network.architecture, and the function that makes its kind.
#define ARCADEQ_ARCHITECTURES(ARCHITECTURE) \
  ARCHITECTURE(article, ArticleKind)        \
  ARCHITECTURE(compact, CompactKind)        \
  ARCHITECTURE(nature, NatureKind)          \
  ARCHITECTURE(mlp, MlpKind)
