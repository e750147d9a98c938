# Writes OUTPUT, a header with the commit of the sources in SOURCE, unless it would stay the same.
execute_process(
  COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=10 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(header "#define ARCADEQ_COMMIT \"${commit}\"\n")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT header STREQUAL "${before}")
  file(WRITE ${OUTPUT} "${header}")
endif()
