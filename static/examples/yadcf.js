const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: [{ data: 'name' }, { data: 'balance' }, { data: 'country' }],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
yadcf.init(table, [
  { column_number: 0, filter_type: 'text', filter_delay: 300 },
  { column_number: 1, filter_type: 'range_number', filter_delay: 300 },
  { column_number: 2, filter_type: 'select' },
]);
// Its lists have no name for a screen reader; they are made anew with each answer.
table.on('draw', () => {
  document.querySelector('#yadcf-filter--table-2').ariaLabel = 'Country';
});
