// Role: which pairs of certificate and key a server may show.
#include "tests/http/tls_fixture.hpp"

#include <string>

using namespace hongbao::http;

namespace {

/// What is wrong with them, or nothing.
std::string fault(const std::string& certificate, const std::string& key) {
    const auto read = read_tls_identity(files_of(certificate, key), test_now_ms);
    const auto* sentence = std::get_if<std::string>(&read);
    return sentence != nullptr ? *sentence : "";
}

void expect_part(const std::string& sentence, const std::string& part) {
    EXPECT_NE(sentence.find(part), std::string::npos) << sentence;
}

TEST(TlsIdentity, IsACertificateAndItsKey) {
    const Key key = new_ec_key();
    EXPECT_EQ(fault(certificate_for(key, "a"), pem_of(key)), "");
    const Key rsa(EVP_RSA_gen(2048), EVP_PKEY_free);
    EXPECT_EQ(fault(certificate_for(rsa, "a"), pem_of(rsa)), "");
    EXPECT_EQ(fault("Subject: a\n\n" + certificate_for(key, "a"), pem_of(key)), "");
    const std::string both = certificate_for(key, "a") + pem_of(key);
    EXPECT_EQ(fault(both, both), "");
}

TEST(TlsIdentity, TheChainComesAfterTheServersOwn) {
    const Key key = new_ec_key(), authority = new_ec_key();
    const std::string own = certificate_for(key, "own"),
                      above = certificate_for(authority, "above");
    const auto read = read_tls_identity(files_of(own + above + above, pem_of(key)), test_now_ms);
    ASSERT_TRUE(std::holds_alternative<TlsIdentity>(read));
    EXPECT_EQ(sk_X509_num(std::get<TlsIdentity>(read).chain.get()), 2);
    expect_part(fault(above + own, pem_of(key)), "is not the first in cert.pem: put it first");
}

TEST(TlsIdentity, TextsThatAreNotPemAreNamed) {
    const Key key = new_ec_key();
    const std::string certificate = certificate_for(key, "a"), secret = pem_of(key);
    for (const std::string& text : {std::string(), std::string("garbage"), secret,
                                    certificate.substr(0, 200), std::string(1'000, '\0')}) {
        expect_part(fault(text, secret), "cert.pem holds no certificate in PEM");
    }
    for (const std::string& text :
         {std::string(), std::string("garbage"), certificate, secret.substr(0, 100)}) {
        expect_part(fault(certificate, text), "key.pem holds no private key in PEM");
    }
    expect_part(fault(certificate + certificate.substr(0, 200), secret),
                "cannot be read, after the first");
}

TEST(TlsIdentity, AnEncryptedKeyIsRefused) {
    const Key key = new_ec_key();
    expect_part(fault(certificate_for(key, "a"), pem_of(key, "secret")),
                "key.pem is encrypted, and nobody is there to type its pass phrase");
}

TEST(TlsIdentity, TheKeyOfAnotherCertificateIsRefused) {
    const Key key = new_ec_key(), other = new_ec_key();
    expect_part(fault(certificate_for(key, "a"), pem_of(other)),
                "key.pem does not belong to the certificate in cert.pem");
}

TEST(TlsIdentity, TimesAreChecked) {
    const Key key = new_ec_key();
    const auto at = [&](std::int64_t begins_at_ms, std::int64_t ends_at_ms) {
        return fault(certificate_for(key, "a", begins_at_ms, ends_at_ms), pem_of(key));
    };
    EXPECT_EQ(at(test_now_ms, test_now_ms), "");
    expect_part(at(test_now_ms - test_day_ms, test_now_ms - 1'000),
                "cert.pem ended at 2027-01-15T07:59:59.000Z: renew it");
    expect_part(at(test_now_ms + 1'000, test_now_ms + test_day_ms),
                "is valid only from 2027-01-15T08:00:01.000Z on");
    const std::string own = certificate_for(key, "own");
    const std::string ended =
        certificate_for(new_ec_key(), "above", test_now_ms - test_day_ms, test_now_ms - 1'000);
    expect_part(fault(own + ended, pem_of(key)), "ended at");
}

TEST(TlsIdentity, AWeakKeyIsRefused) {
    const Key weak(EVP_RSA_gen(1024), EVP_PKEY_free);
    expect_part(fault(certificate_for(weak, "a"), pem_of(weak)),
                "cannot be used: ee key too small");
}

TEST(TlsIdentity, AnEndThatIsNearIsWarnedOf) {
    const Key key = new_ec_key();
    const auto warning = [&](std::int64_t ends_at_ms) {
        const auto read = read_tls_identity(
            files_of(certificate_for(key, "a", test_now_ms - test_day_ms, ends_at_ms), pem_of(key)),
            test_now_ms);
        return warning_of(std::get<TlsIdentity>(read), "cert.pem", test_now_ms).value_or("");
    };
    EXPECT_EQ(warning(test_now_ms + 14 * test_day_ms), "");
    expect_part(warning(test_now_ms + 14 * test_day_ms - 1'000), "in 13 days: renew it");
    expect_part(warning(test_now_ms + test_day_ms), "in 1 day: renew it");
}

} // namespace
