//! How clients write and read: names without case, odd dates, filters, pages and faults (contract file 00).
