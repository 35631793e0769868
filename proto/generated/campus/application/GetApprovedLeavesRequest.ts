// Original file: proto/application.proto


export interface GetApprovedLeavesRequest {
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
}

export interface GetApprovedLeavesRequest__Output {
  'date': (string);
  'building': (string);
  'entrance': (number);
}
