// Cells are text: what a row holds is never HTML.
const text = DataTable.render.text();

new DataTable('#users', {
  serverSide: true,
  ajax: { url: 'users', type: 'POST' },
  columns: [
    { data: 'id' },
    { data: 'name', render: text },
    { data: 'city', render: text },
  ],
});
