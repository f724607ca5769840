// Role: TLS over one connected non-blocking socket: greeting, bytes both ways, the goodbye.
// Owner: one event loop, its thread. Invariant: a call does a bounded piece of work: one step of
// the handshake, one record received, at most send_bytes_max sent.
#pragma once

#include "http/transport/socket/socket_io.hpp"
#include "http/transport/tls/tls_context.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace hongbao::http {

class TlsSession {
  public:
    static constexpr std::size_t send_bytes_max = 128 * 1024;

    enum class Greeting : std::uint8_t { done, again, blocked, failed, reset };

    /// Does not own the socket. Ends the process without memory, as all allocations do.
    TlsSession(TlsContextPtr context, int descriptor);
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// A step of the handshake; the client is told of a failure, unless it has reset the
    /// connection.
    Greeting greet();
    bool has_greeted() const { return SSL_is_init_finished(session_.get()) != 0; }

    /// After receive() was blocked: the client has sent some of a record.
    bool has_part_of_record() const;

    /// After the greeting.
    Moved receive(std::span<char> target);
    /// What was not taken must be sent again, from the same byte on, before anything else; there
    /// may be more behind it then.
    Moved send(std::string_view source);
    /// Says that nothing follows, if the socket takes that now; once.
    void say_goodbye();

  private:
    struct Freed {
        void operator()(SSL* session) const { SSL_free(session); }
    };

    static int read_socket(BIO* bio, char* target, int size);
    static int write_socket(BIO* bio, const char* source, int size);
    static long control_socket(BIO* bio, int command, long number, void* pointer);
    static const BIO_METHOD* socket_method();
    void begin();
    Moved stopped(int outcome);

    TlsContextPtr context_;
    std::unique_ptr<SSL, Freed> session_;
    int descriptor_;
    bool read_blocked_ = false; // in this call: the socket had nothing
    bool emptied_ = false;      // the last read took all that the socket had
    bool at_end_ = false;
    bool reset_ = false; // the socket itself has failed
    bool broken_ = false;
    bool said_goodbye_ = false;
};

} // namespace hongbao::http
