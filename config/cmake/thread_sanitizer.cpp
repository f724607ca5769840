// Role: what ThreadSanitizer must not report. Debian's libcaf_core is not built with it, so it does
// not see a message pass from its sender to its receiver, and takes every handler for a race.
// Reports with CAF in a stack are left out; the writer, the replies and whatever is shared outside
// messages are still watched.
#if defined(__SANITIZE_THREAD__)

extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
    return "race:libcaf_core\n"
           "race:caf::\n";
}

#endif
