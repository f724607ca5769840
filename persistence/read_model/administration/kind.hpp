// Role: what the read model does with the server's administration, beside its kinds of entities:
// there is one of it, it holds no money and never ends.
#pragma once

namespace hongbao::domain {
struct Record;
} // namespace hongbao::domain

namespace hongbao::persistence {

class Applying;
class PageEstimate;
class RowsWriter;
struct Generation;

/// Changes its rows, if the record is about it, and lists what operators did.
void apply_administration(Applying& applying, const domain::Record& record);
void write_administration(RowsWriter& writer, const Generation& generation);
void count_administration_pages(PageEstimate& pages, const Generation& generation);

} // namespace hongbao::persistence
