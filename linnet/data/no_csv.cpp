// Linnet without libcsv.
#include "linnet/data/csv_cells.h"

namespace linnet::detail {

void visit_cells(FileReader& file, char, CsvVisitor&) {
  file.reject("this Linnet was built without libcsv (LINNET_CSV=OFF) and cannot read the table",
              "build Linnet with libcsv-dev");
}

}  // namespace linnet::detail
