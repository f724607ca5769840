// Role: several listeners of one loop, unix sockets among them, and who comes through which.
#include "http/transport/socket/unix_listener.hpp"
#include "tests/http/transport_fixture.hpp"

#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>
#include <string>

using namespace hongbao::http;

namespace {

class Doors : public Transport {
  protected:
    Doors() {
        char name[] = "/tmp/hongbao-doors-XXXXXX";
        folder_ = mkdtemp(name);
    }
    ~Doors() override { std::filesystem::remove_all(folder_); }

    int connect_to(const std::filesystem::path& path) {
        const UnixAddress address(path);
        EXPECT_EQ(address.error(), 0);
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::connect(descriptor, address.get(), address.size()) != 0) {
            ::close(descriptor);
            return -1;
        }
        const timeval patience{60, 0};
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        return descriptor;
    }
    std::string ask_over(const std::filesystem::path& path, const std::string& request) {
        const int descriptor = connect_to(path);
        EXPECT_EQ(::send(descriptor, request.data(), request.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(request.size()));
        std::string received;
        const Answer answer = receive_answer(received, [&] {
            char some[4096];
            const ssize_t n = ::recv(descriptor, some, sizeof some, 0);
            received.append(some, n > 0 ? static_cast<std::size_t>(n) : 0);
            return n > 0;
        });
        ::close(descriptor);
        return answer.body;
    }
    static mode_t mode_of(const std::filesystem::path& path) {
        struct stat found {};
        EXPECT_EQ(::lstat(path.c_str(), &found), 0);
        return found.st_mode & 07777;
    }
    UnixListener open(const std::filesystem::path& path, mode_t mode, bool is_ours = false) {
        auto opened = open_unix_listener(path, mode, {}, is_ours);
        EXPECT_EQ(opened.error, "");
        return std::move(*opened.listener);
    }

    std::filesystem::path folder_;
};

std::string via_of(const Client& client) {
    switch (client.via) {
    case Via::network: return "network";
    case Via::unix_socket: return "unix";
    case Via::control: return "control";
    }
    return "?";
}

TEST_F(Doors, EachClientComesThroughItsOwn) {
    UnixListener shared = open(folder_ / "shared.sock", 0660);
    UnixListener control = open(folder_ / "control.sock", 0600);
    EXPECT_EQ(mode_of(folder_ / "shared.sock"), 0660U);
    EXPECT_EQ(mode_of(folder_ / "control.sock"), 0600U);
    start(
        [](Exchange& x) {
            x.respond(200, via_of(x.client()) + " " + text_of(x.client().address) +
                               (x.client().is_this_machine ? " here" : ""));
        },
        {}, nullptr,
        [&](EventLoop& loop) {
            loop.listen_on(shared.duplicate(), Via::unix_socket);
            loop.listen_on(control.duplicate(), Via::control);
        });
    EXPECT_EQ(ask(get("/")).body, "network 127.0.0.1 here");
    EXPECT_EQ(ask_over(folder_ / "shared.sock", get("/")), "unix ::1 here");
    EXPECT_EQ(ask_over(folder_ / "control.sock", get("/")), "control ::1 here");
}

TEST_F(Doors, TheOperatorGetsInWhenTooManyOthersAreThere) {
    UnixListener control = open(folder_ / "control.sock", 0600);
    TransportLimits limits;
    limits.connections_max = 2;
    limits.requests_in_flight_max = 2;
    start(
        [this](Exchange& x) {
            if (x.client().via == Via::network) {
                gathered_.push_back(&x);
                x.suspend();
            }
            x.respond(200, "in");
        },
        limits, nullptr,
        [&](EventLoop& loop) { loop.listen_on(control.duplicate(), Via::control); });
    RawClient first(port_), second(port_);
    first.send(get("/"));
    second.send(get("/"));
    worker_.wait_for(2);
    expect_problem(ask(get("/")), 503, "overloaded");
    EXPECT_EQ(ask_over(folder_ / "control.sock", get("/")), "in");
    worker_.answer_all(*loop_);
    EXPECT_EQ(first.receive().status, 200);
    EXPECT_EQ(second.receive().status, 200);
}

TEST_F(Doors, NewcomersDoNotDisplaceTheOperator) {
    UnixListener control = open(folder_ / "control.sock", 0600);
    TransportLimits limits;
    limits.connections_max = 1;
    start([](Exchange& x) { x.respond(200, "in"); }, limits, nullptr,
          [&](EventLoop& loop) { loop.listen_on(control.duplicate(), Via::control); });
    const int idle = connect_to(folder_ / "control.sock");
    RawClient first(port_);
    first.send(get("/"));
    EXPECT_EQ(first.receive().status, 200);
    EXPECT_EQ(ask(get("/")).status, 200); // in place of the first
    EXPECT_TRUE(first.at_end());
    char none = 0;
    EXPECT_EQ(::recv(idle, &none, 1, MSG_DONTWAIT), -1);
    EXPECT_EQ(errno, EAGAIN);
    ::close(idle);
}

TEST_F(Doors, ASocketOfAServerThatHasEndedIsReplacedAndOneInUseIsNot) {
    const auto path = folder_ / "a.sock";
    {
        const int left_behind = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const UnixAddress address(path);
        ASSERT_EQ(::bind(left_behind, address.get(), address.size()), 0);
        ::close(left_behind);
    }
    UnixListener listener = open(path, 0660);
    const auto refused = open_unix_listener(path, 0660, {});
    EXPECT_FALSE(refused.listener.has_value());
    EXPECT_EQ(refused.error, "cannot listen on unix:" + path.string() +
                                 ": a server listens there already: stop it, or choose another "
                                 "path");
    EXPECT_TRUE(std::filesystem::exists(path));
    UnixListener ours = open(path, 0600, true);
    EXPECT_EQ(mode_of(path), 0600U);
    listener.remove_file(); // it is another's now
    EXPECT_TRUE(std::filesystem::exists(path));
    ours.remove_file();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Doors, AFileThatIsNoSocketIsKept) {
    const auto path = folder_ / "a.sock";
    std::ofstream(path) << "precious";
    for (const bool is_ours : {false, true}) {
        const auto refused = open_unix_listener(path, 0660, {}, is_ours);
        EXPECT_NE(refused.error.find("no socket"), std::string::npos) << refused.error;
    }
    EXPECT_EQ(std::filesystem::file_size(path), 8U);
    EXPECT_NE(open_unix_listener(folder_ / "none" / "a.sock", 0660, {}).error.find("No such file"),
              std::string::npos);
}

TEST_F(Doors, APathMayBeLongerThanTheKernelTakes) {
    const auto deep = folder_ / std::string(120, 'd');
    std::filesystem::create_directory(deep);
    UnixListener listener = open(deep / "a.sock", 0600);
    EXPECT_EQ(mode_of(deep / "a.sock"), 0600U);
    start([](Exchange& x) { x.respond(200, "in"); }, {}, nullptr,
          [&](EventLoop& loop) { loop.listen_on(listener.duplicate(), Via::control); });
    EXPECT_EQ(ask_over(deep / "a.sock", get("/")), "in");
    EXPECT_EQ(UnixAddress(folder_ / std::string(120, 'n')).error(), ENAMETOOLONG);
}

} // namespace
