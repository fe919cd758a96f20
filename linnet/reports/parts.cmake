# Pages (report.html): what we write in page/ and Chart.js, as text inside the library. Without it another source file says so.
option(LINNET_REPORTS "Write training reports as pages (needs Chart.js: Debian's libjs-chart.js)" ON)

if(LINNET_REPORTS)
  find_file(LINNET_CHART_JS NAMES chart.min.js chart.umd.js PATHS /usr/share/javascript/chart.js)
  if(NOT LINNET_CHART_JS)
    message(FATAL_ERROR "LINNET_REPORTS needs libjs-chart.js (Debian's name of the package). Install it, or point "
                        "-DLINNET_CHART_JS to chart.min.js, or go without: -DLINNET_REPORTS=OFF")
  endif()
  list(APPEND LINNET_ABSENT_SOURCES reports/no_pages.cpp)
  set(page ${CMAKE_CURRENT_LIST_DIR}/page)
  file(GLOB page_files CONFIGURE_DEPENDS ${page}/*)
  set(LINNET_PAGE_SOURCE ${PROJECT_BINARY_DIR}/reports/page_files.cpp)
else()
  list(APPEND LINNET_ABSENT_SOURCES reports/pages.cpp)
  set(LINNET_PAGE_SOURCE "")
endif()

# linnet_embed_pages(TARGET): adds the generated source to an object library.
function(linnet_embed_pages target)
  if(NOT LINNET_PAGE_SOURCE)
    return()
  endif()
  add_custom_command(OUTPUT ${LINNET_PAGE_SOURCE} DEPENDS ${page_files} ${LINNET_CHART_JS} ${page}/../embed.cmake
    COMMAND ${CMAKE_COMMAND} -DOUT=${LINNET_PAGE_SOURCE} -DPAGE=${page} -DCHART_JS=${LINNET_CHART_JS} -P ${page}/../embed.cmake
    VERBATIM)
  # a text of 200 kB is longer than clang expects of anybody
  set_source_files_properties(${LINNET_PAGE_SOURCE} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${LINNET_PAGE_SOURCE})
endfunction()
