// Role: runs the checks; mends what is safe, and looks again at what was mended.
#include "ops/doctor/doctor.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/report.hpp"
#include "persistence/files/data_directory.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::ops::doctor {

namespace {

Section make(const Check& check, const Patient& patient) {
    Section section{check.name, {}};
    if (check.needs_settings && !patient.loaded.errors.empty()) {
        section.findings = {note("not looked at: the settings are wrong")};
    } else {
        section.findings = check.run(patient);
    }
    return section;
}

/// Holds the data directory while it removes something, so that a start waits for it.
class Mending {
  public:
    Mending(const Patient& patient, Report& report) : patient_(patient), report_(report) {}

    void apply(const Fix& fix) {
        if (fix.needs_stopped_server && !hold()) {
            report_.not_mended.push_back("not " + fix.what + ": " + why_not_);
            return;
        }
        if (const auto why = fix.apply()) {
            report_.not_mended.push_back(*why);
        } else {
            report_.mended.push_back(fix.what);
        }
    }

  private:
    bool hold() {
        if (patient_.is_served()) {
            why_not_ = "a server runs on this data directory; stop it first";
        } else if (!directory_ && why_not_.empty()) {
            auto locked = persistence::DataDirectory::lock(patient_.data_dir, "doctor");
            if (auto* refusal = std::get_if<persistence::DirectoryRefusal>(&locked)) {
                why_not_ = std::move(refusal->sentence);
            } else {
                directory_.emplace(std::move(std::get<persistence::DataDirectory>(locked)));
            }
        }
        return directory_.has_value();
    }

    const Patient& patient_;
    Report& report_;
    std::optional<persistence::DataDirectory> directory_;
    std::string why_not_;
};

void mend(const config::Loaded& loaded, const Patient& patient, Report& report) {
    std::vector<std::string_view> changed;
    {
        Mending mending(patient, report);
        for (const Section& section : report.sections) {
            for (const Finding& finding : section.findings) {
                for (const Fix& fix : finding.fixes) {
                    mending.apply(fix);
                    changed.push_back(section.name);
                }
            }
        }
    }
    if (changed.empty()) {
        return;
    }
    const Patient after = look_at(loaded, false);
    for (const Check& check : all_checks()) {
        const auto section = std::ranges::find(report.sections, check.name, &Section::name);
        if (std::ranges::find(changed, check.name) != changed.end()) {
            *section = make(check, after);
        }
    }
}

} // namespace

int run(const config::Loaded& loaded, const Options& options) {
    const bool are_settings_right = loaded.errors.empty();
    const Patient patient = are_settings_right
                                ? look_at(loaded, !options.without_sync)
                                : Patient{loaded, loaded.settings, loaded.settings.data_dir, false};
    Report report{are_settings_right ? loaded.settings.data_dir : std::string(), {}, {}, {}};
    for (const Check& check : all_checks()) {
        report.sections.push_back(make(check, patient));
    }
    if (options.mends) {
        mend(loaded, patient, report);
    }
    // Names of files may hold any bytes.
    constexpr auto lenient = nlohmann::json::error_handler_t::replace;
    print_text(options.as_json ? json_of(report).dump(2, ' ', false, lenient) + "\n"
                               : text_of(report, page_of_stdout()));
    const Verdict worst_allowed = options.is_strict ? Verdict::note : Verdict::warning;
    return report.worst() > worst_allowed ? exit_failed : exit_ok;
}

} // namespace hongbao::ops::doctor
