# Runs every experiment with few transactions and one seed. Its checks may fail or stay open then
# (exit codes 1 and 3); errors of the files, crashes and the like may not.
execute_process(
  COMMAND "${program}" bench scenarios/experiments --transactions 300 --seeds 1 --quiet
  RESULT_VARIABLE code
  OUTPUT_QUIET
  ERROR_VARIABLE errors)
if(NOT code MATCHES "^(0|1|3)$")
  message(FATAL_ERROR "exit code ${code}\n${errors}")
endif()
