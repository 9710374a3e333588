// Read before the ciphers of ssh2. Node's ObjectWrap asks for the current environment when garbage is collected, and Node ends (SIGABRT) where none is entered just
// then: between two turns of the event loop is enough. What the hook would free at the end goes with the process anyway.
#include <node.h>
namespace node { inline void NoCleanupHook(v8::Isolate*, void (*)(void*), void*) {} }
#define AddEnvironmentCleanupHook NoCleanupHook
#define RemoveEnvironmentCleanupHook NoCleanupHook
