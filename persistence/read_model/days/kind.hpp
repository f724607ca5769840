// Role: what the read model does with the books' days, beside its kinds of entities: every record
// belongs to one.
#pragma once

namespace hongbao::domain {
struct Record;
} // namespace hongbao::domain

namespace hongbao::persistence {

class Applying;
class PageEstimate;
class RowsWriter;
struct Generation;

void apply_day(Applying& applying, const domain::Record& record);
void write_days(RowsWriter& writer, const Generation& generation);
void count_day_pages(PageEstimate& pages, const Generation& generation);

} // namespace hongbao::persistence
