#pragma once

#include <cstdint>
#include <string>

#include "report/agents.h"
#include "report/videos.h"

namespace arcadeq {

// The parts of a report, as HTML; empty if there is nothing to show.

// What was trained, how far, and what could not be read.
std::string HeaderSection(const ReportedRuns& runs, const EmbeddedVideos& videos);
// How good the agents are, beside random and human play and what others have published.
std::string ScoreSection(const ReportedRuns& runs);
// The learning curves, with the videos that their points show.
std::string CurveSection(const ReportedRuns& runs, const EmbeddedVideos& videos);
std::string VideoViewer(const ReportedRuns& runs, const EmbeddedVideos& videos);
// What went on in the learner.
std::string DiagnosticsSection(const ReportedRuns& runs);
// Where the time went, by a profile.
std::string ProfileSection(const ReportedRuns& runs);
std::string SettingsSection(const ReportedRuns& runs);
// Each run: seed, length, versions, machine, and the commands that repeat it.
std::string RunsSection(const ReportedRuns& runs);

// The number of steps of the longest run, for the axis of all charts.
std::int64_t MostSteps(const ReportedRuns& runs);
// "Space Invaders" for space_invaders.
std::string GameTitle(const ReportedRuns& runs);

}  // namespace arcadeq
